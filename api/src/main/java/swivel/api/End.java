package swivel.api;

/** How a machine's run ended. */
public sealed interface End {
    /** The guest powered it off. */
    record PoweredOff() implements End {}

    /** The guest asked for a reset. */
    record Reset() implements End {}

    /** The guest did not feed its watchdog. */
    record Watchdog() implements End {}

    /** The guest's kernel panicked. */
    record Panicked() implements End {}

    /** The guest cannot go on; why is a line for a person. */
    record Stuck(String reason) implements End {}

    /** {@link Machine#stop} or {@link Machine#close} was called. */
    record Stopped() implements End {}

    /** A defect of Swivel, or of a device or listener of one's own. */
    record Failed(Throwable cause) implements End {}
}
