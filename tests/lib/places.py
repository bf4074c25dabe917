# SPDX-License-Identifier: GPL-2.0
"""Where the pages of a process stand, as mmlens tells it page by page."""
import collections

import netlink
import oracle
import spec

DETAIL = spec.ENUM["detail"]
FOLIOS = {spec.ENUM["state"][name] for name in ("anon", "ksm", "file", "shmem")}
STATE = {number: name for name, number in spec.ENUM["state"].items()}
LRU = {number: name for name, number in spec.ENUM["lru"].items()}
Place = collections.namedtuple(
    "Place", "address pfn state lru generation younger birth tier mlock cgroup")


def runs(pid, start=0, end=None):
    """Stretches of pages with a folio that are alike but for their frames,
    which count up: pairs of how many, and the place of the first."""
    where = {"start": start} if end is None else {"start": start, "end": end}
    for run in netlink.pages(pid=pid, detail=sum(
            DETAIL[name] for name in ("lru", "pfn", "cgroup")), **where):
        if run.state in FOLIOS:
            yield run.pages, Place(
                run.start, run.pfn, STATE[run.state], LRU[run.lru],
                run.generation, run.younger, run.birth, run.tier,
                run.mlock_count, run.cgroup)


def of(pid, start=0, end=None):
    """The place of each page that has a folio, in the order of addresses."""
    for pages, place in runs(pid, start, end):
        for i in range(pages):
            yield place._replace(address=place.address + i * oracle.PAGE,
                                 pfn=place.pfn + i)


def of_area(process, name):
    area = process.area(name)
    return list(of(process.pid, area.start, area.end))


def list_in(place, swapbacked):
    """As op lru counts it: the list's name, or (number, type)."""
    if place.lru != "generation":
        return place.lru
    return place.generation, "anon" if swapbacked else "file"


def tally(places, what="lru"):
    """How many pages are at each place; of generations, how old."""
    out = collections.Counter()
    for place in places:
        name = getattr(place, what)
        if name == "generation" and what == "lru":
            name = f"generation, {place.younger} younger"
        out[name] += 1
    return dict(out)
