"""Addresses of the shell."""

from django.urls import path

from recovery.web import views

app_name = "web"
urlpatterns = [
    path("theme/", views.theme, name="theme"),
    path("gallery/", views.gallery, name="gallery"),
]
