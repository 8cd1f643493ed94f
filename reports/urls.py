from django.urls import path

from reports import views

urlpatterns = [
    path("iku/<int:pk>/", views.indicator_set_detail, name="indicator-set-detail"),
    path("iku/<int:pk>/pdf/", views.indicator_set_pdf, name="indicator-set-pdf"),
]
