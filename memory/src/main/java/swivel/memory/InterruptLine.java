package swivel.memory;

/**
 * A wire from a device to an interrupt controller, or from that to a vCPU. Setting the same level twice has no effect.
 */
@FunctionalInterface
public interface InterruptLine {
    /** Drives the wire; {@code true} is asserted. */
    void set(boolean level);
}
