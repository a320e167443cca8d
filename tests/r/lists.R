# Made tests/r/lists.csv, lists_curves.csv and lists_waiting.csv from all lists of children: Tables 3 and 4, the
# medians, the pooled curves of every pattern, those of the choices at relapse, and what waiting for a treatment may do
# to its comparison, by R alone.
# Run in this folder, the program's Python first (R with the package survival; R reads no Parquet by itself):
#   python -c "import pandas as p; p.read_parquet('../../data/cohorts.parquet').to_csv('children.csv', index=False)"
#   Rscript lists.R && rm children.csv
library(survival)

children <- read.csv("children.csv", stringsAsFactors = FALSE, na.strings = "")
children$death <- children$death == "True"
treatments <- c("second_sct", "chemo_dli", "chemo", "dli", "palliative")
intervals <- c("0-91", "92-182", "183-364", "365+")
children$treatment <- factor(children$treatment, treatments)
children$interval <- cut(children$days_to_failure, c(0, 92, 183, 365, Inf), right = FALSE, labels = intervals)
children$post_transplant_cr <- factor(children$post_transplant_cr, c("no", "yes"))
children$age <- cut(children$age_years, c(0, 5, 10, 15, 18), right = FALSE, labels = c("0-4", "5-9", "10-14", "15-17"))
background <- list(
  age = c("0-4", "5-9", "10-14", "15-17"), sex = c("male", "female"), tbi = c("no", "yes"),
  stem_cell_source = c("bone_marrow", "peripheral_blood", "cord_blood"),
  leukemia = c("AML", "B-ALL", "T-ALL", "biphenotypic"), gvhd = c("no", "yes"), myeloablative = c("no", "yes")
)
for (column in names(background)) children[[column]] <- factor(children[[column]], background[[column]])
# What the three arms that began with chemotherapy are on the day of relapse.
children$choice <- children$treatment
levels(children$choice) <- c("reinduction", "reinduction", "reinduction", "dli", "palliative")

exact <- coxph.control(eps = 1e-11, toler.chol = 1e-12, iter.max = 100)
found <- list()
add <- function(id, value) found[[tolower(id)]] <<- c(found[[tolower(id)]], value)

ratios <- function(stem, formula, data, reference = NULL) {
  fitted <- coxph(formula, data, ties = "efron", control = exact, model = TRUE)
  limits <- exp(confint(fitted))
  for (k in seq_along(coef(fitted))) {
    name <- names(coef(fitted))[k]
    column <- names(fitted$xlevels)[startsWith(name, names(fitted$xlevels))]
    id <- paste(stem, if (is.null(reference)) column else reference, substring(name, nchar(column) + 1), sep = ".")
    add(id, exp(coef(fitted)[[k]]))
    add(paste0(id, ".lower"), limits[k, 1])
    add(paste0(id, ".upper"), limits[k, 2])
  }
  fitted
}

# SPSS's median: the first day on which at most half are alive; 15 of 30 are half.
median_of <- function(id, data) {
  curve <- survfit(Surv(os_days, death) ~ 1, data)
  add(id, min(curve$time[curve$surv <= 0.5 + 1e-9]))
}

# Every pattern's log cumulative hazard and its variance on the days of the app.
days <- c(100, 182, 365, 730, 1461)
hazards <- function(fitted, options) {
  patterns <- expand.grid(post_transplant_cr = c("no", "yes"), interval = intervals, option = options)
  names(patterns)[3] <- attr(fitted$terms, "term.labels")[1]
  at <- summary(survfit(fitted, newdata = patterns), times = days, extend = TRUE)
  hazard <- -log(at$surv)
  list(patterns = patterns, log = log(hazard), variance = (at$std.err / at$surv / hazard)^2)
}

each <- split(children, children$cohort)
main <- choices <- list()
for (everyone in each) {
  known <- everyone[!is.na(everyone$treatment), ]
  table_4 <- ratios("t4.hr", Surv(os_days, death) ~ treatment + interval + post_transplant_cr, known)
  for (column in names(background)) ratios("t3.hr", reformulate(column, "Surv(os_days, death)"), everyone)
  ratios("t3.hr", Surv(os_days, death) ~ post_transplant_cr, everyone, "complete_response")
  median_of("txt.median.all", known)
  for (arm in treatments) median_of(paste0("abs.median.", arm), known[known$treatment == arm, ])
  early <- known$days_to_failure < 183
  median_of("t5.median.interval.0-182", known[early, ])
  for (late in intervals[3:4]) median_of(paste0("t5.median.interval.", late), known[known$interval == late, ])
  main[[length(main) + 1]] <- hazards(table_4, treatments)
  at_relapse <- coxph(Surv(os_days, death) ~ choice + interval + post_transplant_cr, known,
                      ties = "efron", control = exact, model = TRUE)
  choices[[length(choices) + 1]] <- hazards(at_relapse, levels(children$choice))
}

written <- do.call(rbind, lapply(names(found), function(id) {
  data.frame(figure = id, median = median(found[[id]]), lowest = min(found[[id]]), highest = max(found[[id]]))
}))
written[-1] <- signif(written[-1], 8)
write.csv(written, "lists.csv", row.names = FALSE, quote = FALSE)

# Rubin's rules on the log cumulative hazard.
pooled <- function(model, fits) {
  m <- length(fits)
  log_hazard <- sapply(fits, function(fit) as.vector(fit$log))
  within <- rowMeans(sapply(fits, function(fit) as.vector(fit$variance)))
  middle <- rowMeans(log_hazard)
  reach <- qnorm(0.975) * sqrt(within + (1 + 1 / m) * apply(log_hazard, 1, var))
  patterns <- fits[[1]]$patterns[rep(seq_len(nrow(fits[[1]]$patterns)), each = length(days)), ]
  data.frame(
    model = model, option = patterns[[3]], interval = patterns$interval,
    post_transplant_cr = patterns$post_transplant_cr, day = days,
    survival = round(exp(-exp(middle)), 7), lower = round(exp(-exp(middle + reach)), 7),
    upper = round(exp(-exp(middle - reach)), 7)
  )
}
write.csv(rbind(pooled("main", main), pooled("choices", choices)), "lists_curves.csv", row.names = FALSE, quote = FALSE)

# Waiting for a treatment: hazard ratio of chemotherapy alone against an arm whose children waited until a day.
ratio_to <- function(formula, data, arm) {
  data$under <- relevel(factor(data$under, treatments), arm)
  # An interval that nobody is left in has no coefficient.
  formula <- update(formula, ~ under + interval + post_transplant_cr)
  exp(coef(coxph(formula, data, ties = "efron", control = exact)))[["underchemo"]]
}

# Under chemotherapy until the wait is over; who is not followed beyond it is never under the arm.
crossing <- function(known, arm, wait) {
  waited <- known$treatment == arm
  spells <- tmerge(known, known, id = patient, died = event(os_days, death))
  spells <- tmerge(spells, data.frame(patient = known$patient, wait = wait)[waited, ], id = patient, given = tdc(wait))
  spells$under <- replace(as.character(spells$treatment), spells$treatment == arm & spells$given == 0, "chemo")
  ratio_to(Surv(tstart, tstop, died) ~ ., spells, arm)
}

waits <- list(
  time_dependent = function(known, arm, day) {
    drawn <- (known$patient * (sqrt(5) - 1) / 2) %% 1
    crossing(known, arm, drawn * pmin(day, known$os_days))
  },
  latest = function(known, arm, day) crossing(known, arm, pmin(day, known$os_days * 4 / 5)),
  # Days are counted from the landmark.
  landmark = function(known, arm, day) {
    known <- transform(known[known$os_days > day, ], under = treatment, left = os_days - day)
    ratio_to(Surv(left, death) ~ ., known, arm)
  },
  counted_against = function(known, arm, day) crossing(known, arm, rep(day, nrow(known)))
)
waiting <- expand.grid(day = c(30, 60, 90), method = names(waits), arm = c("second_sct", "chemo_dli"),
                       stringsAsFactors = FALSE)[3:1]
with_treatment <- lapply(each, function(everyone) everyone[!is.na(everyone$treatment), ])
of_lists <- mapply(function(arm, method, day) sapply(with_treatment, waits[[method]], arm, day),
                   waiting$arm, waiting$method, waiting$day)
waiting <- cbind(waiting, signif(data.frame(
  median = apply(of_lists, 2, median), lowest = apply(of_lists, 2, min), highest = apply(of_lists, 2, max),
  first = of_lists[1, ]
), 8))
write.csv(waiting, "lists_waiting.csv", row.names = FALSE, quote = FALSE)
