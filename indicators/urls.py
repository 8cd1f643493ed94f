from django.urls import path

from indicators.views import elements, indicators, sets

urlpatterns = [
    path("iku/", sets.indicator_set_list, name="indicator-set-list"),
    path("iku/tambah/<slug:code>/", sets.indicator_set_add, name="indicator-set-add"),
    path("iku/<int:pk>/ubah/", sets.indicator_set_edit, name="indicator-set-edit"),
    path("iku/<int:pk>/susun/", sets.indicator_set_compose, name="indicator-set-compose"),
    path("iku/<int:pk>/hapus/", sets.indicator_set_delete, name="indicator-set-delete"),
    path("iku/<int:pk>/perubahan/", sets.indicator_set_revise, name="indicator-set-revise"),
    path("iku/<int:pk>/berlakukan/", sets.indicator_set_put_in_force, name="indicator-set-put-in-force"),
    path("iku/<int:pk>/beda/", sets.indicator_set_changes, name="indicator-set-changes"),
    path("iku/<int:pk>/sasaran/tambah/", sets.goal_add, name="goal-add"),
    path("sasaran/<int:pk>/ubah/", sets.goal_edit, name="goal-edit"),
    path("sasaran/<int:pk>/hapus/", sets.goal_delete, name="goal-delete"),
    path("sasaran/<int:pk>/pindah/<str:direction>/", sets.goal_move, name="goal-move"),
    path("sasaran/<int:pk>/indikator/tambah/", indicators.indicator_add, name="indicator-add"),
    path("indikator/<int:pk>/", indicators.indicator_detail, name="indicator-detail"),
    path("indikator/<int:pk>/ubah/", indicators.indicator_edit, name="indicator-edit"),
    path("indikator/<int:pk>/hapus/", indicators.indicator_delete, name="indicator-delete"),
    path("indikator/<int:pk>/pindah/<str:direction>/", sets.indicator_move, name="indicator-move"),
    path("indikator/<int:pk>/target/", indicators.target_edit, name="target-edit"),
    path("indikator/<int:pk>/target/<int:year>/perubahan/", indicators.target_revise, name="target-revise"),
    path("sasaran/<int:pk>/rumus/", indicators.formula_check, name="formula-check"),
    path("data-dasar/<slug:code>/", elements.data_element_list, name="data-element-list"),
    path("data-dasar/<slug:code>/tambah/", elements.data_element_add, name="data-element-add"),
    path("data-dasar/<slug:code>/<int:pk>/ubah/", elements.data_element_edit, name="data-element-edit"),
    path("data-dasar/<slug:code>/<int:pk>/hapus/", elements.data_element_delete, name="data-element-delete"),
]
