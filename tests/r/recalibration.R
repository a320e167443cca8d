# Made tests/r/recalibration.csv from validation_children.csv and prior.csv (the paper's coefficients): the recalibrated model is Weibull's on the time scale of
# the model's baseline cumulative hazard, H = (exp(-m) u)^(1/s), which survreg fits: gamma = 1/s, alpha = -m/s.
# Run in this folder:  Rscript recalibration.R   (R with the package survival)
suppressPackageStartupMessages(library(survival))

children <- read.csv("validation_children.csv")
children$u <- children$hazard / exp(children$index)
rows <- NULL
add <- function(method, parameter, value, error) {
  rows <<- rbind(rows, data.frame(method, parameter, value, error))
}

# Baseline and slope: the index with a coefficient of its own. Errors by the delta method.
free <- survreg(Surv(u, death) ~ index, children, dist = "weibull")
s <- free$scale
m <- coef(free)
V <- vcov(free)
alpha <- c(-1 / s, 0, m[1] / s)
gamma <- c(0, 0, -1 / s)
theta <- c(0, -1 / s, m[2] / s)
by <- list(alpha = alpha, gamma = gamma, theta = theta)
values <- c(alpha = -m[[1]] / s, gamma = 1 / s, theta = -m[[2]] / s)
for (name in names(by)) add("slope", name, values[[name]], sqrt(drop(by[[name]] %*% V %*% by[[name]])))

# Baseline only: the coefficient is held at -s, along the profile of s.
at <- function(s) survreg(Surv(u, death) ~ 1 + offset(-s * index), children, dist = "weibull", scale = s)
best <- optimize(function(s) at(s)$loglik[2], c(0.5, 2), maximum = TRUE, tol = 1e-10)$maximum
add("baseline", "alpha", -coef(at(best))[[1]] / best, NA)
add("baseline", "gamma", 1 / best, NA)

# Refit: the posterior mode by optim, and errors by its numeric Hessian. Column names say what a covariate codes.
prior <- read.csv("prior.csv", check.names = FALSE)
x <- sapply(strsplit(prior$parameter, "="), function(of) as.numeric(children[[of[1]]] == of[2]))
precision <- solve(as.matrix(prior[, -(1:2)]))
loss <- function(p) {
  if (p[2] <= 0) return(1e10)
  log_hazard <- p[1] + p[2] * log(children$u) + drop(x %*% p[-(1:2)])
  off <- p[-(1:2)] - prior$mean
  sum(exp(log_hazard)) - sum((log(p[2]) + log_hazard)[children$death == 1]) + drop(off %*% precision %*% off) / 2
}
mode <- optim(c(0, 1, prior$mean), loss, method = "BFGS", hessian = TRUE, control = list(reltol = 1e-15, maxit = 5000))
add("refit", c("alpha", "gamma", prior$parameter), mode$par, sqrt(diag(solve(mode$hessian))))

write.csv(transform(rows, value = round(value, 6), error = round(error, 6)), "recalibration.csv", row.names = FALSE, na = "", quote = FALSE)
