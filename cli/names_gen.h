/* SPDX-License-Identifier: GPL-2.0 */
/* Made from module/uapi/mmlens.yaml by scripts/generate. Do not edit. */
#ifndef MMLENS_NAMES_GEN_H
#define MMLENS_NAMES_GEN_H

#include "names.h"

extern const struct name_set names_state;
extern const struct name_set names_verdict;
extern const struct name_set names_forecast;
extern const struct name_set names_why;
extern const struct name_set names_level;
extern const struct name_set names_lru;
extern const struct name_set names_lru_type;
extern const struct name_set names_lru_end;
extern const struct name_set names_zone_kind;
extern const struct name_set names_page_flag;
extern const struct name_set names_detail;
extern const struct name_set names_vma_flag;
extern const struct name_set names_vma_kind;
extern const struct name_set names_mm_flag;
extern const struct name_set names_relation;
extern const struct name_set names_entry_kind;
extern const struct name_set names_entry_flag;
extern const struct name_set names_regime;
extern const struct name_set names_kswapd;
extern const struct name_set names_feature;
extern const struct name_set names_watch_kind;
extern const struct name_set names_access;
extern const struct name_set names_origin;
extern const struct name_set names_fault_flag;
extern const struct name_set names_evictor;
extern const struct name_set names_memory_kind;
extern const struct name_set names_privilege;

#endif
