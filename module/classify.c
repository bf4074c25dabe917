// SPDX-License-Identifier: GPL-2.0
#include "classify.h"

static bool is_userfault(const struct mmlens_area *area,
			 const struct mmlens_traces *traces)
{
	const struct mmlens_glance *before = &traces->before;

	if (!traces->asked)
		return false;
	if (before->uffd && (area->uffd_wp || area->uffd_rwp))
		return true;
	return (before->state == MMLENS_STATE_NONE ||
		before->state == MMLENS_STATE_UFFD_MARKER) &&
	       (area->uffd_missing || area->uffd_minor);
}

static enum mmlens_forecast map_cached(const struct mmlens_area *area,
				       bool major)
{
	if (area->backing == MMLENS_BACKING_SHMEM)
		return major ? MMLENS_FORECAST_SHMEM_MAJOR :
			       MMLENS_FORECAST_SHMEM_MINOR;
	return major ? MMLENS_FORECAST_FILE_MAJOR : MMLENS_FORECAST_FILE_MINOR;
}

/* The page is where it was. */
static enum mmlens_forecast kept(const struct mmlens_area *area,
				 const struct mmlens_traces *traces)
{
	const struct mmlens_glance *before = &traces->before;
	bool protected = before->uffd && area->uffd_rwp;

	if (before->write || (!traces->write && !protected))
		return MMLENS_FORECAST_SPURIOUS;
	if (protected && (!traces->write || !area->cow))
		return MMLENS_FORECAST_WRITE_NOTIFY;
	if (area->cow)
		return traces->after.write ? MMLENS_FORECAST_COW_REUSE :
					     MMLENS_FORECAST_SPURIOUS;
	/* A huge page of a file is unmapped, and then mapped by parts. */
	if (before->level != MMLENS_LEVEL_PTE &&
	    traces->after.level == MMLENS_LEVEL_PTE)
		return map_cached(area, false);
	return MMLENS_FORECAST_WRITE_NOTIFY;
}

/* A fault on a page that was there. */
static enum mmlens_forecast again(const struct mmlens_area *area,
				  const struct mmlens_traces *traces)
{
	const struct mmlens_glance *before = &traces->before;
	const struct mmlens_glance *after = &traces->after;

	if (!after->present)
		return MMLENS_FORECAST_OTHER;
	if (before->pfn == after->pfn)
		return kept(area, traces);
	if (!traces->write)
		return MMLENS_FORECAST_SPURIOUS;
	if (!area->cow)
		return MMLENS_FORECAST_WRITE_NOTIFY;
	switch (before->state) {
	case MMLENS_STATE_ZERO:
	case MMLENS_STATE_HUGE_ZERO:
		return after->level == MMLENS_LEVEL_PTE ?
		       MMLENS_FORECAST_ZERO_COPY : MMLENS_FORECAST_HUGE_ANON;
	case MMLENS_STATE_ANON:
		return MMLENS_FORECAST_COW_COPY;
	default:
		return MMLENS_FORECAST_FILE_COPY;
	}
}

/* A fault on an empty entry. */
static enum mmlens_forecast filled(const struct mmlens_area *area,
				   const struct mmlens_traces *traces)
{
	const struct mmlens_glance *after = &traces->after;

	if (!after->present)
		return MMLENS_FORECAST_OTHER;
	if (area->backing == MMLENS_BACKING_HUGETLB)
		return MMLENS_FORECAST_HUGETLB;
	switch (after->state) {
	case MMLENS_STATE_ZERO:
		return MMLENS_FORECAST_ZERO;
	case MMLENS_STATE_HUGE_ZERO:
		return MMLENS_FORECAST_HUGE_ZERO;
	case MMLENS_STATE_ANON:
		if (area->backing != MMLENS_BACKING_ANON)
			return MMLENS_FORECAST_FILE_COPY;
		return after->level == MMLENS_LEVEL_PTE ?
		       MMLENS_FORECAST_ANON : MMLENS_FORECAST_HUGE_ANON;
	default:
		return map_cached(area, traces->major);
	}
}

/**
 * mmlens_classify() - the class of a fault that is over
 * @area: the VMA, as it was before
 * @traces: what is known of it
 *
 * Context: Any.
 * Return: its class, by the names of the forecast.
 */
enum mmlens_forecast mmlens_classify(const struct mmlens_area *area,
				     const struct mmlens_traces *traces)
{
	const struct mmlens_glance *before = &traces->before;

	if (traces->end == MMLENS_FAULT_SIGSEGV)
		return MMLENS_FORECAST_SIGSEGV;
	if (traces->end == MMLENS_FAULT_SIGBUS)
		return MMLENS_FORECAST_SIGBUS;
	if (traces->end == MMLENS_FAULT_FAILED)
		return MMLENS_FORECAST_OTHER;
	if (is_userfault(area, traces))
		return MMLENS_FORECAST_UFFD;
	if (before->numa_hint)
		return MMLENS_FORECAST_NUMA_HINT;
	if (before->present)
		return again(area, traces);
	switch (before->state) {
	case MMLENS_STATE_SWAP:
		return MMLENS_FORECAST_SWAP_IN;
	case MMLENS_STATE_MIGRATION:
	case MMLENS_STATE_DEVICE_PRIVATE:
	case MMLENS_STATE_DEVICE_EXCLUSIVE:
		return MMLENS_FORECAST_WAIT;
	case MMLENS_STATE_NONE:
	case MMLENS_STATE_UFFD_MARKER:
		return filled(area, traces);
	default:
		return MMLENS_FORECAST_OTHER;
	}
}
