# Made tests/r/ridge.csv from cohort.csv and background.csv: an independent Cox model with a ridge penalty
# on some of its covariates. The background is drawn by lot: it only has to be the same here and there.
# Run in this folder:  Rscript ridge.R   (R with the package survival)
library(survival)

cohort <- merge(
  read.csv("cohort.csv", stringsAsFactors = FALSE), read.csv("background.csv", stringsAsFactors = FALSE)
)
cohort$interval <- cut(
  cohort$days_to_failure, c(0, 92, 183, 365, Inf), right = FALSE,
  labels = c("0-91", "92-182", "183-364", "365+")
)
covariates <- function(columns) {
  columns <- lapply(names(columns), function(name) {
    sapply(columns[[name]], function(code) as.numeric(cohort[[name]] == code))
  })
  do.call(cbind, columns)
}
free <- covariates(list(
  treatment = c("chemo_dli", "chemo", "dli", "palliative"),
  interval = c("92-182", "183-364", "365+"), post_transplant_cr = "yes"
))
added <- covariates(list(
  leukemia = c("B-ALL", "T-ALL", "biphenotypic"), age = c("5-9", "10-14", "15-17"),
  gvhd = "yes", myeloablative = "yes", tbi = "yes"
))
rows <- NULL
for (penalizer in c(0.015625, 0.25, 4)) {
  # R penalizes with theta / 2, and lifelines with penalizer / 2 per child, standardized coefficients.
  theta <- penalizer * nrow(cohort)
  fitted <- coxph(
    Surv(os_days, death) ~ free + ridge(added, theta = theta, scale = TRUE), cohort,
    ties = "efron", control = coxph.control(eps = 1e-12, iter.max = 100)
  )
  rows <- rbind(rows, data.frame(
    penalizer = penalizer, coefficient = seq_along(fitted$coefficients) - 1,
    value = round(fitted$coefficients, 7), error = round(sqrt(diag(fitted$var)), 7)
  ))
}
write.csv(rows, "ridge.csv", row.names = FALSE, quote = FALSE)
