package swivel.vmm;

import swivel.memory.HostThreads;

/** Lets one thread at a time run a vCPU, and none after it was closed. From any thread. */
final class RunGate {
    /** After so long whoever waits for the vCPU's end asks again. */
    private static final long STOP_MILLISECONDS = 100;

    private final Vcpu vcpu;

    /** The thread that runs it, or null. */
    private volatile Thread runner;

    private boolean closed;

    RunGate(Vcpu vcpu) {
        this.vcpu = vcpu;
    }

    /** Throws {@link IllegalStateException} if it runs or was closed. */
    synchronized void checkUsable() {
        if (closed) {
            throw new IllegalStateException("the machine was closed and cannot be used any more");
        }
        if (runner != null) {
            throw new IllegalStateException("the vCPU is running, in the thread " + runner.getName());
        }
    }

    /** Whether the calling thread runs it. */
    boolean isRunner() {
        return runner == Thread.currentThread();
    }

    /** The calling thread runs it from here on. */
    synchronized void enter() {
        checkUsable();
        runner = Thread.currentThread();
    }

    synchronized void leave() {
        runner = null;
        notifyAll();
    }

    /** Stops it if it runs, and waits until it has returned. */
    void close() {
        synchronized (this) {
            if (runner == Thread.currentThread()) {
                throw new IllegalStateException(
                        "a machine cannot be closed by its own guest's run; stop the vCPU first");
            }
            closed = true;
        }
        HostThreads.await(this::stop);
    }

    private synchronized void stop() throws InterruptedException {
        while (runner != null) {
            vcpu.stop();
            wait(STOP_MILLISECONDS);
        }
    }
}
