"""Inbox and files of the authority, under /<space>/gestion/candidatures/."""

from django.urls import URLPattern

app_name = "instruction"
urlpatterns: list[URLPattern] = []
