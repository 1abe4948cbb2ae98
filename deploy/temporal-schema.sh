#!/bin/sh
# Brings Temporal's two databases up to date. Safe to run at every start.
set -eu

prepare() {
  database=$1
  schema=$2
  # On a database that is there already this is all; on a new server it fails, and the database is made first.
  if temporal-sql-tool --database "$database" update-schema --schema-name "$schema"; then return; fi
  temporal-sql-tool --database "$database" create-database
  temporal-sql-tool --database "$database" setup-schema --version 0.0
  temporal-sql-tool --database "$database" update-schema --schema-name "$schema"
}

prepare temporal postgresql/v12/temporal
prepare temporal_visibility postgresql/v12/visibility
