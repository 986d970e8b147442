"""Answers questions with Debian's graphite-web, in this process: one JSON object a line in, one a line out.

{"write": NAME, "step": S, "count": N, "now": T, "points": [[time, value], ...]}  a whisper file
{"targets": [...], "from": T, "until": T, "now": T, ...}                           what /render answers
{"time": TEXT, "now": T, "tz": ZONE}                                               what from= and until= mean
{"functions": true}                                                                what /functions answers
{"unpickle": HEX} and {"unpack": HEX}                                             what a pickle or a msgpack holds
{"call": PATH, "method": M, "form": {...} or "body": TEXT, "binary": true}         any address, through Django's test client; binary answers in hexadecimal digits
"""
import collections
import collections.abc
import json
import os
import sys
import warnings
from datetime import datetime

# Its own msgpack unpacks only where this still is.
collections.Hashable = collections.abc.Hashable
home = sys.argv[1]
warnings.simplefilter("ignore")
for name in ("whisper", "log"):
    os.makedirs(os.path.join(home, name), exist_ok=True)
with open(os.path.join(home, "oracle_settings.py"), "w") as settings:
    settings.write(
        "STORAGE_DIR = LOG_DIR = %r\nLOG_DIR += '/log'\nSTANDARD_DIRS = [STORAGE_DIR + '/whisper']\nWHISPER_DIR = STORAGE_DIR + '/whisper/'\n"
        "CONF_DIR = STORAGE_DIR\nINDEX_FILE = STORAGE_DIR + '/index'\nTIME_ZONE = 'UTC'\nSECRET_KEY = 'test'\nENFORCE_INPUT_VALIDATION = True\n"
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}\nALLOWED_HOSTS = ['*']\nCARBONLINK_HOSTS = []\n"
        "LOG_ROTATION = False\nCACHES = {'default': {'BACKEND': 'django.core.cache.backends.dummy.DummyCache'}}\nDEFAULT_CACHE_DURATION = 0\n"
        "FIND_CACHE_DURATION = 0\nTAGDB_CACHE_DURATION = 0\nMAX_TAG_LENGTH = 50\n" % home)
sys.path.insert(0, home)
os.environ["GRAPHITE_SETTINGS_MODULE"] = "oracle_settings"
os.environ["DJANGO_SETTINGS_MODULE"] = "graphite.settings"
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import django  # noqa: E402

django.setup()

import inspect  # noqa: E402

if not hasattr(inspect, "getargspec"):
    inspect.getargspec = lambda function: tuple(inspect.getfullargspec(function))[:4]
if not hasattr(inspect, "formatargspec"):
    inspect.formatargspec = lambda args, varargs, varkw, defaults: ""

import logging  # noqa: E402

logging.disable(logging.CRITICAL)

import pickle  # noqa: E402

import pytz  # noqa: E402
import whisper  # noqa: E402
from graphite.errors import InputParameterError  # noqa: E402
from graphite.functions import SeriesFunctions  # noqa: E402
from graphite.render import views  # noqa: E402
from graphite.render.attime import parseATTime  # noqa: E402
from graphite.render.evaluator import evaluateTarget  # noqa: E402
from graphite.util import epoch, msgpack  # noqa: E402


def write(question):
    name = question["write"]
    if ";" in name:
        database()
        from graphite.storage import STORE
        from graphite.tags.utils import TaggedSeries
        STORE.tagdb.tag_series(name)
        name = TaggedSeries.encode(STORE.tagdb.parse(name).path, hash_only=True)
    path = os.path.join(home, "whisper", *name.split(".")) + ".wsp"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    whisper.create(path, [(question["step"], question["count"])], xFilesFactor=0)
    whisper.update_many(path, question["points"], now=question["now"])
    return {}


def render(question):
    zone = pytz.timezone(question.get("tz", "UTC"))
    at = lambda key: datetime.fromtimestamp(question[key], zone)  # noqa: E731
    context = {
        "startTime": at("from"), "endTime": at("until"), "now": at("now"), "localOnly": True, "template": question.get("template", {}), "tzinfo": zone,
        "forwardHeaders": {}, "sourceIdHeaders": {}, "data": [], "prefetched": {}, "xFilesFactor": question.get("xFilesFactor", 0),
        "maxDataPoints": question.get("maxDataPoints"), "targets": question["targets"],
    }
    series = evaluateTarget(context, question["targets"])
    options = {key: question[key] for key in ("maxDataPoints", "noNullPoints", "jsonp") if key in question}
    options["tzinfo"] = zone
    kind = question.get("format", "json")
    view = {"json": views.renderViewJson, "csv": views.renderViewCsv, "raw": views.renderViewRaw, "dygraph": views.renderViewDygraph, "rickshaw": views.renderViewRickshaw,
            "pickle": views.renderViewPickle, "msgpack": views.renderViewMsgPack}[kind]
    content = view(options, series).content
    return {"text": content.decode("utf-8") if kind not in ("pickle", "msgpack") else content.hex()}


client = None


def database():
    global client
    if client is None:
        from django.core.management import call_command
        from django.test import Client
        call_command("migrate", verbosity=0, run_syncdb=True)
        client = Client()


def call(question):
    database()
    if question.get("method", "GET") == "GET":
        response = client.get(question["call"])
    elif "body" in question:
        response = client.generic(question["method"], question["call"], question["body"], content_type="application/json")
    else:
        response = getattr(client, question["method"].lower())(question["call"], question.get("form", {}))
    return {"status": response.status_code, "text": response.content.hex() if question.get("binary") else response.content.decode("utf-8")}


def answer(question):
    try:
        if "write" in question:
            return write(question)
        if "targets" in question:
            return render(question)
        if "time" in question:
            zone = pytz.timezone(question.get("tz", "UTC"))
            return {"value": int(epoch(parseATTime(question["time"], zone, datetime.fromtimestamp(question["now"], zone))))}
        if "functions" in question:
            return {"functions": {name: [param.toJSON() for param in function.params] for name, function in SeriesFunctions().items()},
                    "groups": {name: function.group for name, function in SeriesFunctions().items()}}
        if "unpickle" in question:
            return {"value": pickle.loads(bytes.fromhex(question["unpickle"]))}
        if "unpack" in question:
            return {"value": msgpack.loads(bytes.fromhex(question["unpack"]))}
        return call(question)
    except InputParameterError as fault:
        return {"refused": str(fault)}
    except Exception as fault:
        return {"failed": "%s: %s" % (type(fault).__name__, fault)}


for line in sys.stdin:
    answers.write(json.dumps(answer(json.loads(line))).replace("Infinity", "1e9999") + "\n")
    answers.flush()
