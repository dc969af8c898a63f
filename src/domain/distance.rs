//! Distance as the crow flies. It only ranks and filters; it is never printed as the way to a door.

/// A point in degrees, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// Mean radius of the earth in kilometres (IUGG).
const EARTH_RADIUS_KM: f64 = 6371.0088;

/// Great-circle distance in kilometres (haversine).
pub fn km(from: Point, to: Point) -> f64 {
    let (lat1, lat2) = (from.latitude.to_radians(), to.latitude.to_radians());
    let dlat = lat2 - lat1;
    let dlon = (to.longitude - from.longitude).to_radians();
    let a = (dlat / 2.0).sin().powi(2) + lat1.cos() * lat2.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * EARTH_RADIUS_KM * a.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paris_to_london_is_as_atlases_say() {
        let paris = Point { latitude: 48.8566, longitude: 2.3522 };
        let london = Point { latitude: 51.5074, longitude: -0.1278 };
        assert!((km(paris, london) - 343.6).abs() < 0.5);
        assert_eq!(km(paris, paris), 0.0);
    }
}
