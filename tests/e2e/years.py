"""A year of two agencies that measure what the published documents name: figures and what comes of them.

All figures are invented ("data contoh"). What a quarter and the year must come to was worked out by hand from
the published formulas: F1 R ÷ T, F2 (2T − R) ÷ T, sums and means to date against the target of the year.
"""

from dataclasses import dataclass
from decimal import Decimal

YEAR = 2018
NOT_APPLICABLE = "Tidak berlaku", ""


@dataclass(frozen=True)
class Quarter:
    """One quarter: figures in the order of the grid, and rows (counted from 0) with something beside them.

    `outcomes` are result and achievement of each row, `below` the rows that owe an explanation; `slip` is a
    cell with the wrong figure it has until the report comes back, `odd` a cell that looks wrong and is right.
    """

    typed: tuple[str, ...]
    outcomes: tuple[tuple[str, str], ...]
    below: tuple[int, ...]
    slip: tuple[int, str]
    not_applicable: int | None = None
    odd: int | None = None


@dataclass(frozen=True)
class Office:
    """An agency with the content of a published document, in a region of its own.

    `targets` by code of the indicator, `cells` is the row of each figure, `external` the rows with a source.
    """

    code: str
    document: str
    region: str
    targets: dict[str, Decimal]
    cells: tuple[int, ...]
    external: tuple[int, ...]
    quarters: tuple[Quarter, Quarter, Quarter, Quarter]
    year: tuple[tuple[str, str, str], ...]
    below_in_year: int


PROBOLINGGO = Office(
    code="tahun-probolinggo",
    document="kota-probolinggo.json",
    region="36.71",
    targets={
        "persentase_koperasi_sehat": Decimal(60),
        "persentase_usaha_mikro_mandiri": Decimal(16),
        "nilai_produksi_sektor_industri": Decimal(1000000000000),
        "nilai_ekspor_perdagangan": Decimal(300000000000),
    },
    cells=(0, 0, 1, 1, 2, 3),
    external=(),
    quarters=(
        Quarter(
            typed=("104", "172", "2.415", "14.890", "301.250.000.000", "88.400.000.000"),
            # 104/172 = 60,465…, ÷ 60; 2415/14890 = 16,2189…, ÷ 16; 301,25/1000; 88,4/300
            outcomes=(
                ("60,47", "100,78%"),
                ("16,22", "101,37%"),
                ("301.250.000.000", "30,13%"),
                ("88.400.000.000", "29,47%"),
            ),
            below=(2, 3),
            slip=(3, "14.980"),
        ),
        Quarter(
            typed=("108", "172", "2.530", "14.890", "296.700.000.000", "91.750.000.000"),
            # 62,7907 ÷ 60; 16,9913 ÷ 16; (301,25 + 296,7)/1000; (88,4 + 91,75)/300
            outcomes=(
                ("62,79", "104,65%"),
                ("16,99", "106,20%"),
                ("296.700.000.000", "59,80%"),
                ("91.750.000.000", "60,05%"),
            ),
            below=(2, 3),
            slip=(0, "107"),
        ),
        Quarter(
            typed=("110", "171", "2.610", "14.950", "95.000.000.000", ""),
            # 64,3275 ÷ 60; 17,4582 ÷ 16; (597,95 + 95)/1000
            outcomes=(
                ("64,33", "107,21%"),
                ("17,46", "109,11%"),
                ("95.000.000.000", "69,30%"),
                NOT_APPLICABLE,
            ),
            below=(2,),
            slip=(1, "172"),
            not_applicable=3,
            odd=4,
        ),
        Quarter(
            typed=("112", "171", "2.700", "15.000", "310.000.000.000", "95.000.000.000"),
            # 65,4971 ÷ 60; 18 ÷ 16; (692,95 + 310)/1000; (88,4 + 91,75 + 95)/300
            outcomes=(
                ("65,50", "109,16%"),
                ("18,00", "112,50%"),
                ("310.000.000.000", "100,30%"),
                ("95.000.000.000", "91,72%"),
            ),
            below=(3,),
            slip=(2, "2.690"),
            odd=4,
        ),
    ),
    year=(
        ("65,50", "109,16%", "nilai terakhir terisi: TW IV"),
        ("18,00", "112,50%", "nilai terakhir terisi: TW IV"),
        ("1.002.950.000.000", "100,30%", "jumlah TW I–IV"),
        ("275.150.000.000", "91,72%", "jumlah TW I–II, TW IV"),
    ),
    below_in_year=3,
)

KALTIM = Office(
    code="tahun-kaltim",
    document="prov-kaltim.json",
    region="36",
    targets={
        "produk_unggulan": Decimal(10),
        "kontribusi_industri_pdrb": Decimal("17.5"),
        "nilai_ekspor_non_migas": Decimal(3200000000),
        "disparitas_harga": Decimal(9),
        "jumlah_barang_tidak_standar": Decimal(40),
        "jumlah_koperasi_unggulan": Decimal(50),
        "sumbangan_pdrb_koperasi_ukm": Decimal("3.8"),
        "penyerapan_tenaga_kerja": Decimal("5.8"),
        "jumlah_kontak_dagang": Decimal(120),
        "jumlah_kemitraan": Decimal(60),
        "penumbuhan_wub": Decimal(200),
    },
    cells=(0, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10),
    external=(0, 1, 2, 6, 7),
    quarters=(
        Quarter(
            typed=(
                *("10,8", "17,92", "742.500.000", "1.075", "12.650", "9"),
                *("51", "3,87", "5,9", "27", "14", "45"),
            ),
            # 1075/12650 = 8,4980…, F2 (18 − 8,4980)/9; F2 (80 − 9)/40 = 177,5; 27/120 = 22,5; 45/200 = 22,5
            outcomes=(
                ("10,8", "108,00%"),
                ("17,92", "102,40%"),
                ("742.500.000", "23,20%"),
                ("8,50", "105,58%"),
                ("9", "178%"),
                ("51", "102%"),
                ("3,87", "101,84%"),
                ("5,9", "101,72%"),
                ("27", "23%"),
                ("14", "23%"),
                ("45", "23%"),
            ),
            below=(2, 8, 9, 10),
            slip=(8, "6,9"),
        ),
        Quarter(
            typed=(
                *("11,4", "18,06", "781.200.000", "1.040", "12.700", "11"),
                *("53", "3,95", "6,2", "31", "16", "52"),
            ),
            # mean of 8,4980 and 8,1890 = 8,3435, F2; (80 − 20)/40; 58/120; 30/60; 97/200 = 48,5
            outcomes=(
                ("11,4", "114,00%"),
                ("18,06", "103,20%"),
                ("781.200.000", "47,62%"),
                ("8,19", "107,29%"),
                ("11", "150%"),
                ("53", "106%"),
                ("3,95", "103,95%"),
                ("6,2", "106,90%"),
                ("31", "48%"),
                ("16", "50%"),
                ("52", "49%"),
            ),
            below=(2, 8, 9, 10),
            slip=(9, "33"),
        ),
        Quarter(
            typed=(
                *("11,9", "18,21", "803.400.000", "1.015", "12.720", "3"),
                *("54", "4,02", "6,4", "30", "", "49"),
            ),
            # mean of 8,4980, 8,1890 and 7,9796 = 8,2222, F2; (80 − 23)/40 = 142,5; 88/120; 146/200
            outcomes=(
                ("11,9", "119,00%"),
                ("18,21", "104,06%"),
                ("803.400.000", "72,72%"),
                ("7,98", "108,64%"),
                ("3", "143%"),
                ("54", "108%"),
                ("4,02", "105,79%"),
                ("6,4", "110,34%"),
                ("30", "73%"),
                NOT_APPLICABLE,
                ("49", "73%"),
            ),
            below=(2, 8, 10),
            slip=(0, "11,8"),
            not_applicable=9,
            odd=5,
        ),
        Quarter(
            typed=(
                *("12,6", "18,9", "880.000.000", "980", "12.750", "10"),
                *("56", "4,15", "6,6", "36", "18", "60"),
            ),
            # mean of all four 8,0882, F2; (80 − 33)/40 = 117,5; 124/120; 48/60; 206/200
            outcomes=(
                ("12,6", "126,00%"),
                ("18,9", "108,00%"),
                ("880.000.000", "100,22%"),
                ("7,69", "110,13%"),
                ("10", "118%"),
                ("56", "112%"),
                ("4,15", "109,21%"),
                ("6,6", "113,79%"),
                ("36", "103%"),
                ("18", "80%"),
                ("60", "103%"),
            ),
            below=(9,),
            slip=(1, "18,8"),
            odd=5,
        ),
    ),
    year=(
        ("12,6", "126,00%", "nilai terakhir terisi: TW IV"),
        ("18,9", "108,00%", "nilai terakhir terisi: TW IV"),
        ("3.207.100.000", "100,22%", "jumlah TW I–IV"),
        ("8,09", "110,13%", "rata-rata TW I–IV"),
        ("33", "118%", "jumlah TW I–IV"),
        ("56", "112%", "nilai terakhir terisi: TW IV"),
        ("4,15", "109,21%", "nilai terakhir terisi: TW IV"),
        ("6,6", "113,79%", "nilai terakhir terisi: TW IV"),
        ("124", "103%", "jumlah TW I–IV"),
        ("48", "80%", "jumlah TW I–II, TW IV"),
        ("206", "103%", "jumlah TW I–IV"),
    ),
    below_in_year=9,
)

OFFICES = (PROBOLINGGO, KALTIM)
