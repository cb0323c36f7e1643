"""The one address that https://oembed.com asks of a provider."""

from django.urls import path

from maillage.portal.views import oembed

app_name = "oembed"
urlpatterns = [path("oembed", oembed.answer, name="answer")]
