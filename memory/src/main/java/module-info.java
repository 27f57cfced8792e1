/** Guest-physical memory and the bus that devices sit on. */
module swivel.memory {
    exports swivel.memory;
}
