# Portal IKU: `make run` menyiapkan dan menjalankan portal, `make help` menyebut yang lain.
.DEFAULT_GOAL := help
.PHONY: help setup run check test bench

help:  ## daftar perintah ini
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

setup:  ## hanya memasang: .venv, paket Python, pustaka sistem
	@bash deploy/setup.sh

run:  ## menyiapkan dan menjalankan portal di http://127.0.0.1:8000 (PORT=… untuk port lain)
	@bash deploy/run.sh

check:  ## pemeriksaan saja: gaya, tipe, arah impor, templat, migrasi, pengaturan produksi
	@bash deploy/check.sh

test:  ## semua pemeriksaan dan uji, pada SQLite dan PostgreSQL, dengan Chromium
	@bash deploy/test.sh

bench:  ## tolok ukur; hasilnya ditulis ke benchmarks/RESULTS.md
	@bash deploy/setup.sh --dev --browser
	@.venv/bin/python -m benchmarks
