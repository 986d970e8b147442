"""What Debian's carbon makes of storage-schemas.conf and storage-aggregation.conf: one JSON object a line in, one a line out.

{"schemas": TEXT, "aggregation": TEXT, "names": [...]}  ->  [[archives, method, xFilesFactor], ...], archives in whisper's order
"""
import json
import os
import sys
import tempfile

from carbon import state
from carbon.conf import settings
from carbon.database import WhisperDatabase

home = tempfile.mkdtemp()
settings.update({
    "CONF_DIR": home, "LOCAL_DATA_DIR": home, "WHISPER_SPARSE_CREATE": False, "WHISPER_FALLOCATE_CREATE": False, "WHISPER_AUTOFLUSH": False,
    "WHISPER_LOCK_WRITES": False, "WHISPER_FADVISE_RANDOM": False, "ENABLE_TAGS": False,
})
state.database = WhisperDatabase(settings)

from carbon import storage  # noqa: E402

for line in sys.stdin:
    asked = json.loads(line)
    for name, text in (("storage-schemas.conf", asked["schemas"]), ("storage-aggregation.conf", asked["aggregation"])):
        with open(os.path.join(home, name), "w") as file:
            file.write(text)
    schemas, aggregations = storage.loadStorageSchemas(), storage.loadAggregationSchemas()
    answers = []
    for name in asked["names"]:
        schema = next(schema for schema in schemas if schema.matches(name))
        factor, method = next(schema for schema in aggregations if schema.matches(name)).archives
        archives = sorted(archive.getTuple() for archive in schema.archives)
        answers.append([None if schema.name == "default" else archives, method or "average", 0.5 if factor is None else factor])
    print(json.dumps(answers), flush=True)
