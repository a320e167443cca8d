# Made waiting.csv and waiting_ratios.csv from cohort.csv: second transplant as a treatment that begins on
# a day, in an independent Cox model, and the curves of children who wait for it.
# Run in this folder:  Rscript waiting.R   (R with the package survival)
library(survival)

cohort <- read.csv("cohort.csv", stringsAsFactors = FALSE)
treatments <- c("second_sct", "chemo_dli", "chemo", "dli", "palliative")
intervals <- c("0-91", "92-182", "183-364", "365+")
cohort$interval <- cut(cohort$days_to_failure, c(0, 92, 183, 365, Inf), right = FALSE, labels = intervals)
cohort$post_transplant_cr <- factor(cohort$post_transplant_cr, levels = c("no", "yes"))
# R counts a row after its start and up to its stop: a child observed on day 0 needs a start before it.
cohort$start <- 0
cohort$stop <- cohort$os_days + 1

children <- expand.grid(
  post_transplant_cr = c("no", "yes"), interval = intervals, stringsAsFactors = FALSE
)
for (column in names(children)) {
  children[[column]] <- factor(children[[column]], levels = levels(cohort[[column]]))
}
# A child who waits is the reference throughout, because R's intervals are for covariates that stay: before
# the day of transplant every arm is compared with chemotherapy, and from then on with second SCT. The
# coefficients are the same.
children[treatments[-1]] <- 0
days <- c(30, 60, 100, 182, 365, 730, 1461)
rows <- ratios <- NULL
for (day in c(30, 60, 90)) {
  split <- survSplit(Surv(start, stop, death) ~ ., cohort, cut = day, episode = "part")
  before <- split$part == 1
  split$treatment[before & split$treatment == "second_sct"] <- "chemo"
  for (treatment in treatments[-1]) split[[treatment]] <- as.numeric(split$treatment == treatment)
  split$chemo <- split$chemo - before
  fitted <- coxph(
    Surv(start, stop, death) ~ chemo_dli + chemo + dli + palliative + interval + post_transplant_cr,
    split, ties = "efron", control = coxph.control(eps = 1e-10, iter.max = 100)
  )
  limits <- summary(fitted)$conf.int[treatments[-1], c(1, 3, 4)]
  ratios <- rbind(ratios, data.frame(
    waiting = day, treatment = treatments[-1], value = limits[, 1], lower = limits[, 2], upper = limits[, 3]
  ))
  curves <- survfit(fitted, newdata = children, conf.type = "log-log")
  at <- summary(curves, times = days + 1, extend = TRUE)
  for (k in seq_len(nrow(children))) {
    rows <- rbind(rows, data.frame(
      waiting = day, interval = children$interval[k], post_transplant_cr = children$post_transplant_cr[k],
      day = days, survival = at$surv[, k], lower = at$lower[, k], upper = at$upper[, k]
    ))
  }
}
numbers <- c("survival", "lower", "upper")
rows[numbers] <- round(rows[numbers], 7)
write.csv(rows, "waiting.csv", row.names = FALSE, quote = FALSE)
numbers <- c("value", "lower", "upper")
ratios[numbers] <- round(ratios[numbers], 7)
write.csv(ratios, "waiting_ratios.csv", row.names = FALSE, quote = FALSE)
