# Made tests/r/survfit.csv and restricted_mean.csv from cohort.csv: an independent Cox model, its curves and means.
# Run in this folder:  Rscript survfit.R   (R with the package survival)
library(survival)

cohort <- read.csv("cohort.csv", stringsAsFactors = FALSE)
treatments <- c("second_sct", "chemo_dli", "chemo", "dli", "palliative")
intervals <- c("0-91", "92-182", "183-364", "365+")
cohort$treatment <- factor(cohort$treatment, levels = treatments)
cohort$interval <- cut(cohort$days_to_failure, c(0, 92, 183, 365, Inf), right = FALSE, labels = intervals)
cohort$post_transplant_cr <- factor(cohort$post_transplant_cr, levels = c("no", "yes"))

fitted <- coxph(
  Surv(os_days, death) ~ treatment + interval + post_transplant_cr, cohort,
  ties = "efron", control = coxph.control(eps = 1e-12, iter.max = 100)
)
children <- expand.grid(
  post_transplant_cr = c("no", "yes"), interval = intervals, treatment = treatments,
  stringsAsFactors = FALSE
)
for (column in names(children)) {
  children[[column]] <- factor(children[[column]], levels = levels(cohort[[column]]))
}
days <- c(30, 100, 182, 365, 730, 1461)
rows <- NULL
# From relapse, and for a child alive on day 60: R counts on from the deaths after that day.
for (since in c(0, 60)) {
  curves <- survfit(fitted, newdata = children, conf.type = "log-log", start.time = since)
  ahead <- days[days > since]
  at <- summary(curves, times = ahead, extend = TRUE)
  rows <- rbind(rows, do.call(rbind, lapply(seq_len(nrow(children)), function(k) {
    data.frame(
      treatment = children$treatment[k], interval = children$interval[k],
      post_transplant_cr = children$post_transplant_cr[k], since = since, day = ahead,
      survival = at$surv[, k], lower = at$lower[, k], upper = at$upper[, k]
    )
  })))
}
rows[c("survival", "lower", "upper")] <- round(rows[c("survival", "lower", "upper")], 7)
write.csv(rows, "survfit.csv", row.names = FALSE, quote = FALSE)

# Mean time lived up to 1, 2 and 4 years: the area under each curve.
means <- NULL
curves <- survfit(fitted, newdata = children)
for (until in c(365, 730, 1461)) {
  area <- summary(curves, rmean = until)$table
  means <- rbind(means, data.frame(
    treatment = children$treatment, interval = children$interval,
    post_transplant_cr = children$post_transplant_cr, until = until,
    restricted_mean = round(area[, "rmean"], 4)
  ))
}
write.csv(means, "restricted_mean.csv", row.names = FALSE, quote = FALSE)
