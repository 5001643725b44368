"""How the peers measure: the same way as nsl-bench."""
import json
import statistics
import time


def report(name, work, rounds=15, calls=20, **more):
    """Prints medians over `rounds` rounds of `calls` calls, in seconds per call: on the wall, and of
    the processor, all threads together."""
    for _ in range(3 if calls > 1 else 1):
        work()
    wall, processor = [], []
    for _ in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        for _ in range(calls):
            work()
        wall.append((time.perf_counter() - start) / calls)
        processor.append((time.process_time() - used) / calls)
    record = {
        "name": name, "seconds": statistics.median(wall),
        "processor": statistics.median(processor), **more}
    print(json.dumps(record), flush=True)


def fastest(candidates, work):
    """The candidate with which `work(candidate)` takes the least time."""
    times = {}
    for candidate in candidates:
        work(candidate)
        start = time.process_time()
        work(candidate)
        times[candidate] = time.process_time() - start
    return min(times, key=times.get)
