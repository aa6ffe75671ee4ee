"""The engines in Python: PyTorch, and the original DeZero.

    run.py probe
    run.py torch|dezero WORKLOAD SIZE time|memory

prints one line of JSON, the same as the program's own child processes.
"""

import importlib.metadata
import importlib.util
import json
import pathlib
import platform
import statistics
import sys
import time

WIDTH = 50
BATCH = 64
CALLS = {"tiny": 4, "inference": 3, "arrays": 3}


class Torch:
    def __init__(self):
        import torch

        torch.set_num_threads(1)
        self.torch = torch
        self.add = torch.add
        self.square = torch.square
        self.no_grad = torch.no_grad

    def scalar(self, x):
        return self.torch.tensor(x, dtype=self.torch.float64, requires_grad=True)

    def array(self, x):
        return self.torch.tensor(x, dtype=self.torch.float64, requires_grad=True)

    def backward(self, y):
        y.backward(self.torch.ones_like(y))

    def numbers(self, x):
        return x.detach().reshape(-1).tolist()

    def data(self, x):
        return self.numbers(x)

    def grad(self, x):
        return self.numbers(x.grad)


class Dezero:
    def __init__(self):
        import numpy

        core = load_core_simple()
        core.setup_variable()
        self.numpy = numpy
        self.core = core
        self.add = core.add
        self.no_grad = core.no_grad

    def square(self, x):
        return x**2

    def scalar(self, x):
        return self.core.Variable(self.numpy.array(x))

    def array(self, x):
        return self.core.Variable(self.numpy.array(x))

    def backward(self, y):
        y.backward()

    def numbers(self, x):
        return x.reshape(-1).tolist()

    def data(self, x):
        return self.numbers(x.data)

    def grad(self, x):
        return self.numbers(x.grad)


def load_core_simple():
    """The module without its package, which would load a plotting library."""
    package = importlib.util.find_spec("dezero")
    path = pathlib.Path(package.origin).with_name("core_simple.py")
    spec = importlib.util.spec_from_file_location("core_simple", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def chain(engine, leaf, size):
    x, y = leaf
    add = engine.add
    for _ in range(size):
        y = add(y, x)
    return x, y


def diamonds(engine, leaf, size):
    layer = leaf
    add = engine.add
    for _ in range(size):
        layer = [add(layer[j], layer[(j + 1) % WIDTH]) for j in range(WIDTH)]
    y = layer[0]
    for other in layer[1:]:
        y = add(y, other)
    return leaf[0], y


def tiny(engine, leaf, size):
    x = engine.scalar(2.0)
    a = engine.square(x)
    return x, engine.add(engine.square(a), engine.square(a))


def inference(engine, leaf, size):
    with engine.no_grad():
        return leaf, engine.square(engine.square(engine.square(leaf)))


def arrays(engine, leaf, size):
    return leaf, engine.square(engine.square(engine.square(leaf)))


def leaf(engine, workload, size):
    """What exists before the clock starts."""
    if workload == "chain":
        return engine.scalar(1.0), engine.scalar(0.0)
    if workload == "diamonds":
        return [engine.scalar(1.0) for _ in range(WIDTH)]
    if workload == "inference":
        return engine.scalar(1.5)
    if workload == "arrays":
        return engine.array(numbers(size))
    return None


def numbers(size):
    return [1.0 + i / size for i in range(size)]


def expected(workload, size):
    if workload == "chain":
        return [float(size)], [float(size)]
    if workload == "diamonds":
        return [WIDTH * 2.0**size], [2.0**size]
    if workload == "tiny":
        return [32.0], [64.0]
    if workload == "inference":
        return [1.5**8], None
    return [x**8 for x in numbers(size)], [8.0 * x**7 for x in numbers(size)]


class Wrong(Exception):
    pass


def same(name, found, right):
    for a, b in zip(found, right, strict=True):
        if abs(a - b) > 1e-12 * abs(b):
            raise Wrong(f"wrong {name}: {a}, not {b}")


class Bench:
    def __init__(self, engine, workload, size):
        self.engine = engine
        self.workload = workload
        self.size = size
        self.forward = globals()[workload]
        self.backward = engine.backward if workload != "inference" else None
        calls = {"chain": size, "diamonds": size * WIDTH + WIDTH - 1}
        self.calls = (CALLS | calls)[workload]
        self.batch = BATCH if workload in ("tiny", "inference") else 1

    def leaf(self):
        return leaf(self.engine, self.workload, self.size)

    def graph(self, leaf):
        graph = self.forward(self.engine, leaf, self.size)
        if self.backward:
            self.backward(graph[1])
        return graph

    def check(self, graph):
        y, gx = expected(self.workload, self.size)
        same("output", self.engine.data(graph[1]), y)
        if gx:
            same("gradient", self.engine.grad(graph[0]), gx)

    # Processor time: other programs disturb it less than the time of day.
    def lap(self):
        leaves = [self.leaf() for _ in range(self.batch)]
        start = time.process_time_ns()
        graphs = [self.forward(self.engine, leaf, self.size) for leaf in leaves]
        forward = time.process_time_ns()
        if self.backward:
            for graph in graphs:
                self.backward(graph[1])
                graph = None
        backward = time.process_time_ns()
        del graphs
        end = time.process_time_ns()
        parts = [forward - start, backward - forward, end - backward, end - start]
        if self.batch > 1:
            leaves = [self.leaf() for _ in range(self.batch)]
            start = time.process_time_ns()
            for leaf in leaves:
                self.graph(leaf)
            parts[3] = time.process_time_ns() - start
        return parts

    # A median wants some laps, unless they are very long.
    def needs_more(self, laps, seconds):
        return seconds < 0.15 or (len(laps) < 3 and seconds < 2)

    def time(self):
        start = time.perf_counter()
        self.check(self.graph(self.leaf()))
        while time.perf_counter() - start < 0.03:
            self.lap()
        start = time.perf_counter()
        laps = []
        while not laps or self.needs_more(laps, time.perf_counter() - start):
            laps.append(self.lap())
        self.check(self.graph(self.leaf()))
        calls = self.calls * self.batch
        parts = [statistics.median(part) / calls for part in zip(*laps)]
        return {
            "forward_ns": parts[0],
            "backward_ns": parts[1] if self.backward else None,
            "free_ns": parts[2],
            "total_ns": parts[3],
        }

    def memory(self):
        # What the libraries load when they are first used is not part of the graph.
        Bench(self.engine, "tiny", 1).graph(None)
        before = resident()
        graph = self.graph(self.leaf())
        grown = resident(peak=True) - before if before else 0
        self.check(graph)
        large = self.calls >= 10_000 or self.workload == "arrays"
        seen = grown / self.calls if large and grown > 0 else None
        return {"bytes_per_call": None, "rss_per_call": seen}


def resident(peak=False):
    """Resident memory of this process in bytes; 0 where the system has no /proc."""
    name = "VmHWM:" if peak else "VmRSS:"
    try:
        lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def main(arguments):
    if arguments == ["probe"]:
        names = {name: version(name) for name in ("torch", "dezero")}
        return {"python": platform.python_version(), **names}
    engine, workload, size, mode = arguments
    engine = {"torch": Torch, "dezero": Dezero}[engine]()
    bench = Bench(engine, workload, int(size))
    try:
        return {mode: getattr(bench, mode)()}
    except Wrong as wrong:
        return {"wrong": str(wrong)}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
