"""Addresses of the portal. Login is the default everywhere; a public view says so itself."""

from django.contrib import admin
from django.urls import include, path

from iku_portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("bantuan/", views.help_page, name="help"),
    path("galeri-komponen/", views.gallery, name="gallery"),
    path("akun/", include("agencies.account_urls")),
    path("admin-sistem/", admin.site.urls),
    path("", include("agencies.urls")),
    path("", include("indicators.urls")),
    path("", include("reports.urls")),
]
