"""The same work in several processes at once."""

import multiprocessing

FORKING = multiprocessing.get_context("fork")


def in_processes(count, target, *arguments):
    """What each process put into the queue; `target` is called with the arguments, a barrier and the queue."""
    start, report = FORKING.Barrier(count), FORKING.Queue()
    processes = [FORKING.Process(target=target, args=(*arguments, start, report)) for _ in range(count)]
    for process in processes:
        process.start()
    answers = [report.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(10)
    return answers
