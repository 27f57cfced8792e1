package swivel.devices;

import swivel.devices.streams.ByteRing;

/** A device that a person types into. What was put into its input is not lost: it waits until the guest takes it. */
public interface ConsoleDevice {
    /** What the guest has not taken yet. From any thread. */
    ByteRing input();

    /** Whether the guest lets input interrupt it. On the vCPU's thread. */
    boolean interruptsOnInput();
}
