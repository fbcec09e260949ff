# make run    the demonstration region, from nothing; STUDY=dir sends that folder instead of the bundled studies
# make test   every test: Rust, web, browser, real peers, PostgreSQL
# make lint   formatting, lints, licences, types
# make bench  side-by-side measurements
# make train  MODEL=name trains a model of models/ again; DATA=dir is the imaging data
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run test lint bench train setup setup-test
DATA ?= data/demo
STUDY ?=

help:
	@sed -n '1,5s/^# //p' Makefile

setup:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

run: setup
	@echo '· building vigie (the first time takes some minutes)' >&2
	@cargo build --locked --quiet
	@exec "$$(scripts/target-dir.sh)/debug/vigie" demo --data-dir "$(DATA)" $(if $(STUDY),--study "$(STUDY)")

test: setup-test
	@scripts/test.sh

lint: setup-test
	@scripts/lint.sh

bench: setup-test
	@scripts/bench.sh

train:
	@DATA="$(if $(filter command line environment,$(origin DATA)),$(DATA))" scripts/train.sh "$(MODEL)"
