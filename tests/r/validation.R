# Made tests/r/validation.csv from validation_children.csv, in which every child has the survival that the model
# predicts for it on some days (s100, ...) and its prognostic index: discrimination, Brier scores and calibration.
# Run in this folder:  Rscript validation.R   (R with the packages survival, pec and riskRegression)
suppressPackageStartupMessages({
  library(survival)
  library(pec)
  library(riskRegression)
})

children <- read.csv("validation_children.csv")
days <- c(100, 182, 365, 730, 1461)
survived <- as.matrix(children[paste0("s", days)])
rows <- NULL
add <- function(measure, day, value) rows <<- rbind(rows, data.frame(measure, day, value))

# Harrell's C, and Uno's with weights 1 / G(t)^2; a larger index is a shorter life.
add("harrell_c", NA, concordance(Surv(os_days, death) ~ index, children, reverse = TRUE)$concordance)
add("uno_c", NA, concordance(Surv(os_days, death) ~ index, children, reverse = TRUE, timewt = "n/G2")$concordance)

# Brier scores and areas under the curve by riskRegression; pec's Brier scores beside them.
scored <- Score(
  list(model = 1 - survived), Surv(os_days, death) ~ 1, children, times = days, cens.model = "km",
  metrics = c("brier", "auc"), null.model = TRUE, conf.int = FALSE, se.fit = FALSE
)
brier <- as.data.frame(scored$Brier$score)
for (k in seq_along(days)) {
  mine <- brier[brier$times == days[k], ]
  add("brier", days[k], mine$Brier[mine$model == "model"])
  add("brier_reference", days[k], mine$Brier[mine$model == "Null model"])
  area <- as.data.frame(scored$AUC$score)
  add("auc", days[k], area$AUC[area$times == days[k] & area$model == "model"])
}
error <- pec(
  list(model = cbind(1, survived)), Surv(os_days, death) ~ 1, children, times = c(0, days), exact = FALSE,
  cens.model = "marginal", reference = FALSE, verbose = FALSE
)
for (k in seq_along(days)) add("brier_pec", days[k], error$AppErr$model[k + 1])

# Calibration slope (Efron), deaths over expected cumulative hazards by Poisson regression, and by each day.
add("slope", NA, coef(coxph(Surv(os_days, death) ~ index, children, ties = "efron")))
add("slope_error", NA, sqrt(vcov(coxph(Surv(os_days, death) ~ index, children, ties = "efron"))[1, 1]))
add("log_observed_expected", NA, coef(glm(death ~ offset(log(hazard)), poisson, children)))
overall <- summary(survfit(Surv(os_days, death) ~ 1, children), times = days, extend = TRUE)$surv
for (k in seq_along(days)) add("observed_expected_by", days[k], (1 - overall[k]) / mean(1 - survived[, k]))

# ICI, E50 and E90: Cox's model on a restricted cubic spline of three knots (rms, as in Austin 2020).
for (day in c(365)) {
  risk <- 1 - children[[paste0("s", day)]]
  along <- log(-log(1 - risk))
  spline <- rms::rcs(along, quantile(along, c(0.1, 0.5, 0.9)))
  fitted <- coxph(Surv(os_days, death) ~ spline, children, ties = "breslow")
  base <- basehaz(fitted, centered = FALSE)
  hazard <- base$hazard[max(which(base$time <= day))]
  seen <- 1 - exp(-hazard * exp(as.matrix(spline[, 1:2]) %*% coef(fitted)))
  apart <- abs(seen - risk)
  add("ici", day, mean(apart))
  add("e50", day, quantile(apart, 0.5, type = 1))
  add("e90", day, quantile(apart, 0.9, type = 1))
}
# Net benefit for those of predicted risk of at least a threshold, with Kaplan-Meier among them.
for (threshold in c(0.5, 0.8)) {
  chosen <- 1 - children$s365 >= threshold
  dead <- 1 - summary(survfit(Surv(os_days, death) ~ 1, children[chosen, ]), times = 365, extend = TRUE)$surv
  odds <- threshold / (1 - threshold)
  add(paste0("net_benefit_", threshold), 365, mean(chosen) * (dead - (1 - dead) * odds))
}
rows$value <- round(as.numeric(rows$value), 6)
write.csv(rows, "validation.csv", row.names = FALSE, quote = FALSE, na = "")
