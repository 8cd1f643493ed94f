"""The stock admin on who reports: for superusers only (see iku_portal.admin)."""

from collections.abc import Iterable, Sequence
from typing import Any

from allauth.account import admin as account_admin
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.models import Group
from django.db.models import UniqueConstraint
from django.db.models.functions import Lower
from django.http import HttpRequest
from import_export import fields

from agencies.exchange import cells
from agencies.exchange.pages import MasterDataMixin
from agencies.exchange.resources import PortalResource, by_code
from agencies.exchange.rows import Planned
from agencies.models import Agency, Function, Membership, Objective, Official, Region, ResponsibleUnit, User

admin.site.unregister(Group)
# An account has one address, its own; this list is the package's memory of earlier ones.
admin.site.unregister(account_admin.EmailAddress)


class OfAgencyAdmin(MasterDataMixin, admin.ModelAdmin):
    """Rows that stay with their agency: what is in force names them."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Ask for the agency once, when the row is made."""
        return ("agency",) if obj else ()


class RegionResource(PortalResource):
    parent = by_code(Region, "parent", "kode_induk")

    class Meta(PortalResource.Meta):
        model = Region
        fields = ("code", "name", "level", "parent")
        import_id_fields = ("code",)


class AgencyResource(PortalResource):
    region = by_code(Region, "region", "kode_wilayah")

    class Meta(PortalResource.Meta):
        model = Agency
        fields = (
            "code",
            "region",
            "name",
            "short_name",
            "address",
            "place",
            "head_position",
            "paper",
            "averaging",
            "digits",
            "time_zone",
            "requires_explanation",
            "allows_self_verification",
        )
        import_id_fields = ("code",)


class UnitResource(PortalResource):
    agency = by_code(Agency, "agency", "kode_perangkat_daerah")

    class Meta(PortalResource.Meta):
        model = ResponsibleUnit
        fields = ("agency", "name", "active")
        import_id_fields = ("agency", "name")


class OfficialResource(PortalResource):
    agency = by_code(Agency, "agency", "kode_perangkat_daerah")

    class Meta(PortalResource.Meta):
        model = Official
        fields = (
            "agency",
            "name",
            "name_with_titles",
            "nip",
            "rank",
            "position",
            "capacity",
            "starts",
            "ends",
        )
        import_id_fields = ("agency", "name", "position", "starts")


class UserResource(PortalResource):
    """Accounts, without what they may do: roles, passwords and the flags of the superuser are no columns."""

    username = fields.Field("username", "nama_pengguna", cells.TextCell())
    is_active = fields.Field("is_active", "aktif", cells.YesNoCell())
    also_unique = (
        # One signs in in any case, so two names must differ by more.
        UniqueConstraint(
            Lower("username"),
            name="username_differs_by_more_than_case",
            violation_error_message="Nama pengguna ini sudah ada; huruf besar dan kecil dianggap sama.",
        ),
    )

    class Meta(PortalResource.Meta):
        model = User
        fields = ("username", "name", "email", "is_active")
        import_id_fields = ("username",)

    def objections(self, rows: Sequence[Planned]) -> Iterable[tuple[Planned, str, str]]:
        """Keep a file away from who runs the portal, and from accounts that were closed."""
        for row in rows:
            before, after = row.before, row.after
            if not isinstance(before, User) or not isinstance(after, User) or not row.changed:
                continue
            if before.is_superuser or before.is_staff:
                yield row, "", "Akun admin sistem tidak diubah lewat impor. Ubah di halaman akunnya."
            elif after.is_active and not before.is_active:
                yield (
                    row,
                    "is_active",
                    "Akun ini ditutup. Buka kembali di halaman akunnya, bukan lewat impor.",
                )

    def complete(self, row: User) -> None:
        """Let nobody sign in until they chose a password by mail."""
        row.set_unusable_password()


@admin.register(Region)
class RegionAdmin(MasterDataMixin, admin.ModelAdmin):
    resource_classes = [RegionResource]
    list_display = ("code", "name", "level", "parent")
    search_fields = ("code", "name")
    list_filter = ("level",)
    autocomplete_fields = ("parent",)


class ObjectiveInline(admin.TabularInline):
    model = Objective
    extra = 0


class FunctionInline(admin.TabularInline):
    model = Function
    extra = 0


@admin.register(Agency)
class AgencyAdmin(MasterDataMixin, admin.ModelAdmin):
    resource_classes = [AgencyResource]
    list_display = ("name", "region", "code")
    search_fields = ("code", "name", "short_name")
    list_filter = ("region",)
    autocomplete_fields = ("region",)
    inlines = (ObjectiveInline, FunctionInline)


@admin.register(ResponsibleUnit)
class ResponsibleUnitAdmin(OfAgencyAdmin):
    resource_classes = [UnitResource]
    list_display = ("name", "agency", "active")
    search_fields = ("name",)
    list_filter = ("agency",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave deleting to the page of the agency, which knows where the unit is named."""
        return False


@admin.register(Official)
class OfficialAdmin(OfAgencyAdmin):
    resource_classes = [OfficialResource]
    list_display = ("name", "position_line", "agency", "starts", "ends")
    search_fields = ("name", "nip")
    list_filter = ("agency", "capacity")


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0


@admin.register(User)
class UserAdmin(MasterDataMixin, StockUserAdmin):
    resource_classes = [UserResource]
    import_note = (
        "Akun baru belum punya peran dan kata sandi. Beri perannya di halaman akun; pemiliknya membuat "
        "kata sandi lewat “Lupa kata sandi?”."
    )
    list_display = ("username", "name", "email", "is_active", "is_superuser")
    search_fields = ("username", "name", "email")
    list_filter = ("is_active", "is_superuser")
    ordering = ("username",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password", "name", "email")}),
        ("Hak", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Waktu", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "name", "email", "password1", "password2")}),)
    readonly_fields = ("last_login", "date_joined")
    inlines = (MembershipInline,)
