"""The operations of the API, by its OpenAPI document."""

from typing import Any, cast

from esn_pulse.web.api.app import Api
from esn_pulse.web.dashboard.rendering import Pages

Schema = dict[str, Any]

DOCUMENT: Schema = Api(None, cast(Pages, None), takes_keys=True).openapi()
SCHEMAS: dict[str, Schema] = DOCUMENT["components"]["schemas"]
ALL: dict[tuple[str, str], Schema] = {
    (method.upper(), path): operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
# What is asked of the data; jobs have tests of their own.
OPERATIONS: dict[str, Schema] = {
    path: operation
    for (method, path), operation in ALL.items()
    if method == "GET" and operation["tags"] != ["Jobs"]
}
OF_SOME = [path for path, operation in OPERATIONS.items() if "security" in operation]
PAGED = [
    path
    for path, operation in OPERATIONS.items()
    if any(one["name"] == "page" for one in operation["parameters"])
]


def parameters(path: str, place: str = "query") -> dict[str, Schema]:
    """Return the schemas of an operation's parameters in its path or query, by name."""
    return {
        one["name"]: one["schema"] for one in OPERATIONS[path]["parameters"] if one["in"] == place
    }


def address(path: str, **given: str) -> str:
    """Return where an operation is asked, with what is given or the document's examples."""
    examples = {name: schema["examples"][0] for name, schema in parameters(path, "path").items()}
    asked = "?q=esn" if "q" in parameters(path) else "?"
    return f"/api{path.format_map(examples | given)}{asked}"
