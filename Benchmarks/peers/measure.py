"""How the peers measure: the same way as nsl-bench."""
import json
import statistics
import time


def report(name, work, rounds=15, calls=20, **more):
    """Prints the median and the fastest of `rounds` rounds of `calls` calls, in seconds per call."""
    for _ in range(3 if calls > 1 else 1):
        work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(calls):
            work()
        times.append((time.perf_counter() - start) / calls)
    record = {"name": name, "seconds": statistics.median(times), "best": min(times), **more}
    print(json.dumps(record), flush=True)


def fastest(candidates, work):
    """The candidate with which `work(candidate)` takes the least time."""
    times = {}
    for candidate in candidates:
        work(candidate)
        start = time.perf_counter()
        work(candidate)
        times[candidate] = time.perf_counter() - start
    return min(times, key=times.get)
