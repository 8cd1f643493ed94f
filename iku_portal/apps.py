from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "iku_portal"
    verbose_name = "IKU Portal"


class PortalAdminConfig(AdminConfig):
    default_site = "iku_portal.admin.PortalAdminSite"
