"""The names of all figures that this project adds to Scrapy's stats."""

SECTIONS_PROCESSED = "pulse/sections/processed"
SECTIONS_FAILED = "pulse/sections/failed"
ITEMS_STORED = "pulse/items/stored"
ITEMS_KEPT = "pulse/items/kept"  # a broken page; the valid row from an earlier run stays
ITEMS_REJECTED = "pulse/items/rejected"  # can't be stored at all
ITEMS_INVALID = "pulse/items/invalid"  # with at least one broken field, stored or not
SLUGS_FOUND = "pulse/slugs/found"
SLUGS_ABSENT = "pulse/slugs/absent"
SLUGS_UNPROVEN = "pulse/slugs/unproven"
