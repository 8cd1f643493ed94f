from django.urls import path

from reports.views import documents, entry, evidence, log, notes, notices, panel, periods, tasks, workflow

urlpatterns = [
    path("iku/<int:pk>/", documents.indicator_set_detail, name="indicator-set-detail"),
    path("iku/<int:pk>/pdf/", documents.indicator_set_pdf, name="indicator-set-pdf"),
    path("periode/", periods.period_list, name="period-list"),
    path("periode/buka/<str:code>/", periods.period_open, name="period-open"),
    path("periode/<int:pk>/", periods.period_detail, name="period-detail"),
    path("tugas/", tasks.task_list, name="task-list"),
    path("catatan/", log.audit_log, name="audit-log"),
    path("catatan/unduh/", log.audit_log_download, name="audit-log-download"),
    path("pemberitahuan/", notices.notice_list, name="notice-list"),
    path("pemberitahuan/dibaca/", notices.notice_read, name="notice-read"),
    path("pemberitahuan/<int:pk>/", notices.notice_open, name="notice-open"),
    path("laporan/", tasks.report_list, name="report-list"),
    path("laporan/<int:pk>/", workflow.report_detail, name="report-detail"),
    path("laporan/<int:pk>/langkah/<str:to>/", workflow.report_move, name="report-move"),
    path("laporan/<int:pk>/perpanjang/", periods.report_extend, name="report-extend"),
    path("laporan/<int:pk>/catatan/", notes.report_notes, name="report-notes"),
    path("laporan/<int:pk>/isi/", entry.report_fill, name="report-fill"),
    path("laporan/<int:pk>/isi/sel/", entry.cells_fill, name="cells-fill"),
    path("laporan/<int:pk>/isian/<int:entry>/bukti/", evidence.evidence_list, name="evidence-list"),
    path("bukti/<int:pk>/", evidence.evidence_download, name="evidence-download"),
    path("bukti/<int:pk>/ganti/", evidence.evidence_replace, name="evidence-replace"),
    path("bukti/<int:pk>/hapus/", evidence.evidence_remove, name="evidence-remove"),
    path("laporan/<int:pk>/isian/<int:entry>/rincian/", panel.entry_panel, name="entry-panel"),
    path("laporan/<int:pk>/isian/<int:entry>/tren/", panel.entry_trend, name="entry-trend"),
    path("laporan/<int:pk>/isian/<int:entry>/riwayat/", panel.entry_history, name="entry-history"),
    path("laporan/<int:pk>/isian/<int:entry>/catatan/", panel.entry_notes, name="entry-notes"),
]
