package swivel.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import swivel.memory.HostThreads;
import swivel.vmm.Vcpu;
import swivel.vmm.Vcpu.Exit;

/** A run of several vCPUs, each on its thread. When one ends, all are stopped. */
final class Cores {
    private final List<Vcpu> vcpus;
    private final Supplier<Throwable> failureOfDevices;
    private final AtomicReference<Exit> exit = new AtomicReference<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** @param failureOfDevices what a device threw elsewhere, or null */
    Cores(List<Vcpu> vcpus, Supplier<Throwable> failureOfDevices) {
        this.vcpus = vcpus;
        this.failureOfDevices = failureOfDevices;
    }

    /** Runs them, the first one on the calling thread; returns how the first one ended that did by itself. */
    Exit run() {
        List<Thread> threads = new ArrayList<>();
        for (Vcpu vcpu : vcpus.subList(1, vcpus.size())) {
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name("swivel-vcpu-" + vcpus.indexOf(vcpu))
                    .start(() -> run(vcpu)));
        }
        run(vcpus.getFirst());
        threads.forEach(HostThreads::join);
        failure.compareAndSet(null, failureOfDevices.get());
        switch (failure.get()) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
        return exit.get();
    }

    /** Only the first one that ends stops the others: a stopped one would stop those that have ended when next run. */
    private void run(Vcpu vcpu) {
        boolean isFirst;
        try {
            Exit ended = vcpu.run();
            isFirst = exit.getAndAccumulate(ended, Cores::whole) == null;
        } catch (RuntimeException | Error e) {
            isFirst = failure.compareAndSet(null, e);
        }
        if (isFirst) {
            vcpus.stream().filter(other -> other != vcpu).forEach(Vcpu::stop);
        }
    }

    /**
     * How the machine ended, of which a vCPU ended so after others had: one may have powered it off while another one
     * was being stopped, and does not do it again.
     */
    static Exit whole(Exit before, Exit after) {
        return before == null || before instanceof Exit.Stopped ? after : before;
    }
}
