/**
 * Whatever has an address on the bus, and the time it lives in.
 *
 * <p>Every device has the same shape: its register offsets as named constants, a {@code State} with everything a snapshot
 * has to keep, and its reads and writes. All of it runs on the vCPU's thread ({@link swivel.devices.EventQueue}); what
 * other threads may call says so.
 */
package swivel.devices;
