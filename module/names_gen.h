/* SPDX-License-Identifier: GPL-2.0 */
/* Made from module/uapi/mmlens.yaml by scripts/generate. Do not edit. */
#ifndef MMLENS_NAMES_GEN_H
#define MMLENS_NAMES_GEN_H

#define MMLENS_STATE_NAMES	19
extern const char *const mmlens_state_names[MMLENS_STATE_NAMES];
#define MMLENS_VERDICT_NAMES	4
extern const char *const mmlens_verdict_names[MMLENS_VERDICT_NAMES];
#define MMLENS_FORECAST_NAMES	23
extern const char *const mmlens_forecast_names[MMLENS_FORECAST_NAMES];
#define MMLENS_WHY_NAMES	42
extern const char *const mmlens_why_names[MMLENS_WHY_NAMES];
#define MMLENS_LEVEL_NAMES	5
extern const char *const mmlens_level_names[MMLENS_LEVEL_NAMES];
#define MMLENS_LRU_NAMES	9
extern const char *const mmlens_lru_names[MMLENS_LRU_NAMES];
#define MMLENS_LRU_TYPE_NAMES	2
extern const char *const mmlens_lru_type_names[MMLENS_LRU_TYPE_NAMES];
#define MMLENS_ZONE_KIND_NAMES	6
extern const char *const mmlens_zone_kind_names[MMLENS_ZONE_KIND_NAMES];
#define MMLENS_PAGE_FLAG_NAMES	20
extern const char *const mmlens_page_flag_names[MMLENS_PAGE_FLAG_NAMES];
#define MMLENS_VMA_FLAG_NAMES	38
extern const char *const mmlens_vma_flag_names[MMLENS_VMA_FLAG_NAMES];
#define MMLENS_VMA_KIND_NAMES	8
extern const char *const mmlens_vma_kind_names[MMLENS_VMA_KIND_NAMES];
#define MMLENS_MM_FLAG_NAMES	2
extern const char *const mmlens_mm_flag_names[MMLENS_MM_FLAG_NAMES];
#define MMLENS_RELATION_NAMES	5
extern const char *const mmlens_relation_names[MMLENS_RELATION_NAMES];
#define MMLENS_REGIME_NAMES	2
extern const char *const mmlens_regime_names[MMLENS_REGIME_NAMES];
#define MMLENS_KSWAPD_NAMES	3
extern const char *const mmlens_kswapd_names[MMLENS_KSWAPD_NAMES];
#define MMLENS_FEATURE_NAMES	10
extern const char *const mmlens_feature_names[MMLENS_FEATURE_NAMES];
#define MMLENS_WATCH_KIND_NAMES	8
extern const char *const mmlens_watch_kind_names[MMLENS_WATCH_KIND_NAMES];

#endif
