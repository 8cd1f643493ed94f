"""The stock admin on what is measured. Sets are only read here: their verbs change them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agencies.admin import OfAgencyAdmin
from agencies.exchange import cells
from agencies.exchange.resources import PortalResource, by_code
from agencies.exchange.rows import Planned
from agencies.models import Agency
from indicators.exchange import FigureCell
from indicators.fields import FigureField
from indicators.models import (
    DataElement,
    Indicator,
    IndicatorSet,
    IndicatorThread,
    LayoutProfile,
    PredicateScale,
    StrategicGoal,
)
from indicators.models.indicators import CODE_TAKEN


class DataElementResource(PortalResource):
    agency = by_code(Agency, "agency", "kode_perangkat_daerah")

    class Meta(PortalResource.Meta):
        model = DataElement
        fields = ("agency", "code", "label", "unit", "minimum", "maximum", "source")
        import_id_fields = ("agency", "code")

    @classmethod
    def cell_of(cls, field: Any) -> cells.Cell:
        """Read and write figures exactly."""
        return FigureCell() if isinstance(field, FigureField) else super().cell_of(field)

    def clean_row(self, row: DataElement) -> None:
        """Leave the one question the model asks the database to `objections`."""

    def objections(self, rows: Sequence[Planned]) -> Iterable[tuple[Planned, str, str]]:
        """Refuse the codes of indicators, as DataElement.clean does, for all rows at once."""
        elements = [(row, row.after) for row in rows if isinstance(row.after, DataElement)]
        codes = {element.code for _, element in elements}
        threads = IndicatorThread.objects.filter(code__in=codes).values_list("agency", "code")
        taken = set(threads)
        for row, element in elements:
            if (element.agency_id, element.code) in taken:
                yield row, "code", CODE_TAKEN.format(code=element.code)


@admin.register(DataElement)
class DataElementAdmin(OfAgencyAdmin):
    resource_classes = [DataElementResource]
    list_display = ("label", "code", "unit", "agency")
    search_fields = ("code", "label")
    list_filter = ("agency",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the code too: formulas name it. The portal's own page changes it while none does."""
        return ("agency", "code") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave deleting to the portal's own page, which knows the formulas."""
        return False


@admin.register(PredicateScale)
class PredicateScaleAdmin(admin.ModelAdmin):
    """Scales are added, never changed: a change is a new version, and old figures keep the old one."""

    list_display = ("name", "version", "source")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes a version."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes a version."""
        return False


@admin.register(LayoutProfile)
class LayoutProfileAdmin(admin.ModelAdmin):
    list_display = ("name", "orientation", "column_numbers")


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows, and refuses every change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes here."""
        return False


@admin.register(IndicatorSet)
class IndicatorSetAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "status", "instrument", "first_year", "last_year")
    list_filter = ("status", "agency")


@admin.register(StrategicGoal)
class StrategicGoalAdmin(ReadOnlyAdmin):
    list_display = ("text", "indicator_set", "position")
    search_fields = ("text",)


@admin.register(Indicator)
class IndicatorAdmin(ReadOnlyAdmin):
    list_display = ("name", "unit", "kind", "goal")
    search_fields = ("name", "thread__code")
    list_filter = ("kind", "polarity")
