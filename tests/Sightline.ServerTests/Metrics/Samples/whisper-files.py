"""Debian's whisper, asked by lines of JSON; each answered by a line.

{"create": PATH, "archives": [[step, points], ...], "method": NAME, "xff": X}
{"write": PATH, "now": T, "points": [[time, value], ...], "many": BOOL}     all at once, or one after the other
{"fetch": PATH, "ranges": [[from, until, now], ...]}                        what each range holds: [start, end, step, values], or null
"""
import json
import os
import sys

import whisper

for line in sys.stdin:
    asked = json.loads(line)
    if "create" in asked:
        os.makedirs(os.path.dirname(asked["create"]), exist_ok=True)
        whisper.create(asked["create"], [tuple(a) for a in asked["archives"]], asked["xff"], asked["method"])
        answer = True
    elif "write" in asked:
        if asked["many"]:
            whisper.update_many(asked["write"], [tuple(p) for p in asked["points"]], now=asked["now"])
        else:
            for time, value in asked["points"]:
                whisper.update(asked["write"], value, time, now=asked["now"])
        answer = True
    else:
        answer = []
        for start, until, now in asked["ranges"]:
            found = whisper.fetch(asked["fetch"], start, until, now=now)
            answer.append(None if found is None else [*found[0], found[1]])
    print(json.dumps(answer), flush=True)
