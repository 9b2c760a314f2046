//! The seats of the door: how many connections there are, in total and from one address. A seat is given
//! back when its last holder drops it; a socket that outlives its HTTP connection keeps the seat.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// The seats taken.
#[derive(Debug)]
pub(crate) struct Seats {
    total: usize,
    per_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// Why there is no seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoSeat {
    /// The door is full.
    Total,
    /// The address has all it may have.
    Address,
}

/// A seat taken by one connection.
#[derive(Debug)]
pub(crate) struct Seat {
    seats: Arc<Seats>,
    address: IpAddr,
}

impl Seats {
    /// Seats in total and per address.
    pub(crate) fn new(total: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self { total, per_address, taken: Mutex::new(Taken::default()) })
    }

    /// Takes a seat.
    ///
    /// # Errors
    /// [`NoSeat`] says which of the two numbers is used up.
    pub(crate) fn take(self: &Arc<Self>, peer: IpAddr) -> Result<Seat, NoSeat> {
        let address = neighbourhood(peer);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.total >= self.total {
            return Err(NoSeat::Total);
        }
        let here = taken.by_address.entry(address).or_insert(0);
        if *here >= self.per_address {
            return Err(NoSeat::Address);
        }
        *here = here.saturating_add(1);
        taken.total = taken.total.saturating_add(1);
        Ok(Seat { seats: Arc::clone(self), address })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.total = taken.total.saturating_sub(1);
        if let Some(here) = taken.by_address.get_mut(&self.address) {
            *here = here.saturating_sub(1);
            if *here == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

/// The address that is counted: a whole /64 of IPv6 is one neighbour, because a single machine owns all of
/// it, and an IPv4 address is the same in both its spellings.
pub(crate) fn neighbourhood(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{NoSeat, Seats};

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_door_and_each_address_have_their_number_of_seats() {
        let seats = Seats::new(3, 2);
        let one = seats.take(address("192.0.2.1")).unwrap();
        let _two = seats.take(address("192.0.2.1")).unwrap();
        assert_eq!(seats.take(address("192.0.2.1")).unwrap_err(), NoSeat::Address);
        let _three = seats.take(address("192.0.2.2")).unwrap();
        assert_eq!(seats.take(address("192.0.2.3")).unwrap_err(), NoSeat::Total);
        drop(one);
        let _again = seats.take(address("192.0.2.1")).unwrap();
        assert_eq!(seats.take(address("192.0.2.2")).unwrap_err(), NoSeat::Total);
    }

    #[test]
    fn a_machine_with_many_ipv6_addresses_is_one_neighbour() {
        let seats = Seats::new(10, 1);
        let _first = seats.take(address("2001:db8:0:1::1")).unwrap();
        assert_eq!(seats.take(address("2001:db8:0:1:ffff::2")).unwrap_err(), NoSeat::Address);
        assert!(seats.take(address("2001:db8:0:2::1")).is_ok());
    }

    #[test]
    fn an_ipv4_address_is_the_same_in_both_spellings() {
        let seats = Seats::new(10, 1);
        let _first = seats.take(address("192.0.2.1")).unwrap();
        assert_eq!(seats.take(address("::ffff:192.0.2.1")).unwrap_err(), NoSeat::Address);
    }
}
