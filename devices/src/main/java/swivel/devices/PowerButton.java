package swivel.devices;

import swivel.memory.InterruptLine;

/** A key that is held down for a moment, as QEMU's {@code virt} has one for turning it off. */
public final class PowerButton {
    /** Long enough for a driver that waits until a key no longer bounces: Linux waits 5 ms (gpio_keys.c). */
    static final long DOWN_NANOSECONDS = 100_000_000;

    private final EventQueue events;
    private final InterruptLine pin;
    private final EventQueue.Job down;
    private final EventQueue.Timer up;

    /**
     * Makes a button that nobody presses.
     *
     * @param pin high while it is down
     */
    public PowerButton(EventQueue events, InterruptLine pin) {
        this.events = events;
        this.pin = pin;
        this.down = events.newJob("power button", this::goDown);
        this.up = events.newTimer("power button", () -> pin.set(false));
    }

    /** Presses it and lets it go. From any thread. */
    public void press() {
        down.post();
    }

    private void goDown() {
        pin.set(true);
        up.arm(events.now() + DOWN_NANOSECONDS);
    }
}
