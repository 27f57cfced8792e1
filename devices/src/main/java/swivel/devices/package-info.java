/**
 * Whatever has an address on the bus, and the time it lives in.
 *
 * <p>Every device has the same shape: its register offsets as named constants, a {@code State} with everything a
 * snapshot keeps, and its reads and writes. All of it runs on the vCPU's thread ({@link swivel.devices.EventQueue});
 * what other threads may call says so. A device names the fields of its state once, for saving and loading
 * ({@link swivel.memory.Snapshot}).
 *
 * <p>Begin with {@link swivel.devices.Pl031}, which is small and has everything: registers, a wire, a timer, state.
 * Uses {@code swivel.memory}, of {@code swivel.formats} the magic numbers of files, {@code swivel.devices.net}, what a
 * network card is connected to, and {@code swivel.devices.p9}, which serves a folder of the host; the addresses and who
 * is wired to whom are the board's.
 */
package swivel.devices;
