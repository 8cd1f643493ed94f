from django.urls import path

from agencies import views

urlpatterns = [
    path("daerah/", views.region_list, name="region-list"),
    path("daerah/<str:code>/", views.region_detail, name="region-detail"),
    path("perangkat-daerah/", views.agency_list, name="agency-list"),
    path("perangkat-daerah/tambah/", views.agency_add, name="agency-add"),
    path("perangkat-daerah/<slug:code>/", views.agency_detail, name="agency-detail"),
    path("perangkat-daerah/<slug:code>/ubah/", views.agency_edit, name="agency-edit"),
    path("perangkat-daerah/<slug:code>/bidang/tambah/", views.unit_add, name="unit-add"),
    path("perangkat-daerah/<slug:code>/bidang/<int:pk>/ubah/", views.unit_edit, name="unit-edit"),
    path("perangkat-daerah/<slug:code>/bidang/<int:pk>/hapus/", views.unit_delete, name="unit-delete"),
    path("perangkat-daerah/<slug:code>/pejabat/tambah/", views.official_add, name="official-add"),
    path("perangkat-daerah/<slug:code>/pejabat/<int:pk>/ubah/", views.official_edit, name="official-edit"),
    path(
        "perangkat-daerah/<slug:code>/pejabat/<int:pk>/hapus/", views.official_delete, name="official-delete"
    ),
]
