"""The signals that this project adds to Scrapy's."""

# The run is over and on record, as far as there is a database; sent by hub.py. Unlike
# Scrapy's engine_stopped it also comes when a pipeline refused to begin, and unlike spider_closed
# it is sent when run.error and run.database_failed are final. Handlers may be coroutines.
run_ended = object()
