"""What other sites show of a space, under /<space>/integrer/."""

from django.urls import path

from maillage.portal.views import embeds

app_name = "embeds"
urlpatterns = [
    path("", embeds.builder, name="builder"),
    path("<slug:kind>/", embeds.framed, name="framed"),
    path("<slug:kind>/<str:item>/", embeds.framed, name="framed_item"),
]
