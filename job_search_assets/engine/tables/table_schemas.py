"""Which schema belongs to which table, and how Dagster's pages show it."""

import functools
import importlib
import pkgutil
import re

import dagster as dg
import pandera.ibis as pa

import job_search_assets.schemas


@functools.cache
def table_schemas() -> dict[str, type[pa.DataFrameModel]]:
    """Every table's schema class, by the table's name: `CleanUsers` declares `clean_users`."""
    found = {}
    for module in pkgutil.iter_modules(job_search_assets.schemas.__path__, "job_search_assets.schemas."):
        for name, member in vars(importlib.import_module(module.name)).items():
            if isinstance(member, type) and issubclass(member, pa.DataFrameModel) and member.__module__ == module.name:
                found[re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()] = member
    return found


def key_of(table: str) -> list[str]:
    """The columns that together name a row."""
    # pandera.ibis ignores `Field(unique=True)` in silence, so the key is declared in `Config.unique`.
    unique = table_schemas()[table].to_schema().unique or []
    return [unique] if isinstance(unique, str) else list(unique)


def ibis_types(table: str) -> dict[str, str]:
    """Every column's type in Ibis' words, such as `float64` or `timestamp(6)`, in the declared order."""
    columns = table_schemas()[table].to_schema().columns
    return {name: str(column.dtype.type) for name, column in columns.items()}


def column_schema(table: str) -> dg.TableSchema:
    """The table's columns, types, constraints and descriptions in the form that Dagster's pages show."""
    schema = table_schemas()[table].to_schema()
    key, types = key_of(table), ibis_types(table)
    columns = [
        dg.TableColumn(
            name=name,
            type=types[name],
            description=column.description,
            constraints=dg.TableColumnConstraints(
                nullable=column.nullable,
                unique=key == [name],
                other=[str(check.error or check.name) for check in column.checks],
            ),
        )
        for name, column in schema.columns.items()
    ]
    together = [f"one row per {', '.join(key)}"] if key else []
    return dg.TableSchema(columns=columns, constraints=dg.TableConstraints(other=together))
