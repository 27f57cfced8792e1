package swivel.vmm;

import swivel.cpu.DevicePort;

/** What a vCPU needs of the machine around it. Called on the vCPU's thread, but for {@link #wake}. */
public interface Platform {
    /**
     * Runs what is due: expired timers, what devices and host threads posted. Called when {@link Vcpu#run} begins,
     * after every kick of the processor and after {@link #waitForInterrupt}.
     */
    void runEvents();

    /**
     * Blocks until an event is due or something was posted, or {@link #wake} is called; a call of that before this one
     * counts. May return early.
     */
    void waitForInterrupt();

    /** Ends {@link #waitForInterrupt}. From any thread. */
    void wake();

    /** The system counter, 64 bits, up at {@link #frequency}; physical and virtual count are the same. */
    long counter();

    /** Counts a second. */
    int frequency();

    /**
     * {@link DevicePort#aheadOfHost} of guest time ({@link MonitorPort#nanoseconds}), of which {@link #counter} is a
     * fraction; where it is {@link DevicePort#OTHER_TIME}, that may be anything.
     */
    default long aheadOfHost() {
        return DevicePort.OTHER_TIME;
    }

    /** The vCPU's physical timer. */
    TimerPort physicalTimer();

    /** The vCPU's virtual timer. */
    TimerPort virtualTimer();

    /** What the vCPU's performance monitors need. */
    MonitorPort monitors();

    /**
     * The guest executed HVC or SMC in a privileged mode: arguments and results are in r0 to r3 (SMC Calling
     * Convention). PC is already past the instruction. To power off or reset, it calls {@link Vcpu#exit}.
     */
    void firmwareCall(Vcpu vcpu, boolean hvc);

    /** One timer of a generic timer: what its CP15 registers reach (ARM DDI 0406C, B8.1.5). */
    interface TimerPort {
        /** ENABLE (bit 0), IMASK (bit 1) and, read-only, ISTATUS (bit 2). */
        int control();

        /** Sets ENABLE and IMASK; other bits are ignored. */
        void setControl(int value);

        /** The count at which the timer fires. */
        long compare();

        void setCompare(long value);
    }

    /** Time and the interrupt of the performance monitors. */
    interface MonitorPort {
        /** Nanoseconds of guest time. */
        long nanoseconds();

        /** Kicks the processor once after so many nanoseconds, or never if that is negative; the last call counts. */
        void lookIn(long nanoseconds);

        /** Drives the overflow interrupt. */
        void setInterrupt(boolean level);
    }
}
