"""What Debian's carbon-aggregator makes of its rules: one JSON object a line in, one a line out. Its own classes, on a clock that is told what time it is.

{"rewrites": TEXT, "aggregates": TEXT, "points": [[now, name, time, value], ...], "until": T}  ->  {"passed": [[name, time, value], ...], "told": [[name, time, value], ...]}
"""
import json
import os
import sys
import tempfile
import types

from twisted.internet import task

from carbon import events, state
from carbon.conf import settings

settings.update({"MAX_AGGREGATION_INTERVALS": 5, "WRITE_BACK_FREQUENCY": None, "FORWARD_ALL": True, "LOG_AGGREGATOR_MISSES": False, "CACHE_METRIC_NAMES_MAX": 0, "CACHE_METRIC_NAMES_TTL": 0})
state.events = events
state.instrumentation = types.SimpleNamespace(increment=lambda *_: None)

from carbon import rewrite  # noqa: E402
from carbon.aggregator import buffers, processor, rules  # noqa: E402

clock = None


class Loop(task.LoopingCall):
    def __init__(self, function):
        super().__init__(function)
        self.clock = clock


buffers.LoopingCall = Loop
buffers.time = types.SimpleNamespace(time=lambda: clock.seconds())
processor.increment = lambda *_: None
told = []
events.metricGenerated.addHandler(lambda name, point: told.append([name, point[0], point[1]]))
home = tempfile.mkdtemp()


def read(manager, name, text):
    path = os.path.join(home, name)
    with open(path, "w") as file:
        file.write(text)
    manager.rules_last_read = 0.0
    manager.clear()
    manager.rules_file = path
    manager.read_rules()


for line in sys.stdin:
    asked = json.loads(line)
    clock = task.Clock()
    told.clear()
    buffers.BufferManager.clear()
    read(rewrite.RewriteRuleManager, "rewrite-rules.conf", asked["rewrites"])
    read(rules.RuleManager, "aggregation-rules.conf", asked["aggregates"])
    passed = []
    pre, aggregate, post = rewrite.RewriteProcessor("pre"), processor.AggregationProcessor(), rewrite.RewriteProcessor("post")
    for now, name, time, value in asked["points"]:
        while clock.seconds() < now:
            clock.advance(min(1.0, now - clock.seconds()))
        for one, point in pre.process(name, (time, value)):
            for other, _ in aggregate.process(one, point):
                for last, _ in post.process(other, point):
                    passed.append([last, time, value])
    while clock.seconds() < asked["until"]:
        clock.advance(1.0)
    print(json.dumps({"passed": passed, "told": told}), flush=True)
