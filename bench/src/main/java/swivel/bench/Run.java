package swivel.bench;

/**
 * One run of a benchmark on one emulator.
 *
 * @param value what the benchmark measures, in the unit of its {@link Kind}; of work in the guest by the guest's own
 *     clock
 * @param outside seconds of the same work by the host's clock, between two lines on the console; NaN where there is
 *     none
 * @param whole seconds from the start of the process to what was waited for
 * @param mips million instructions a second, of Swivel's {@code --stats}; NaN where it counted none
 * @param result what the guest computed, to be the same everywhere
 * @param disturbance processors that were busy with something else meanwhile, on average
 */
record Run(double value, double outside, double whole, double mips, String result, double disturbance) {}
